/** The merchant whose credentials are used: the answer of `GET /user/me/`. */
export interface Merchant {
  readonly name: string;
  /** Not on every version of the API. */
  readonly schema_name?: string;
  /** ISO 8601. Not on every version of the API. */
  readonly created_on?: string;
}
