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

/** What of an exception is in its report. */
interface ReportedException {
  readonly code: string;
  readonly message: string;
  readonly upstreamStatus: number | undefined;
}

/** Returns the report on `exception`, which the client `clientId` met at `time`. */
export function supportReport(
  { code, message, upstreamStatus }: ReportedException,
  clientId: string,
  time: Date,
): CryptofuseSupportReport {
  return { clientId, code, message, status: upstreamStatus, time: time.toISOString() };
}
