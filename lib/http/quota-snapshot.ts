/** What is known of the API's quota for the token in use. */
export interface QuotaSnapshot {
  /** Calls allowed in the window; `undefined` as long as no answer has said. */
  readonly limit: number | undefined;
  /** Calls left in the window, as the server last said. */
  readonly remaining: number | undefined;
  /** When the next window begins. */
  readonly resetAt: Date | undefined;
  /** Calls that wait for it. */
  readonly waiting: number;
}
