/** What the API's support asks for. It never holds a secret. */
export interface CryptofuseSupportReport {
  readonly clientId: string;
  readonly code: string;
  readonly message: string;
  /** The server's HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
}
