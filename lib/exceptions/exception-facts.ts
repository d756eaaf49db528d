/**
 * Whether the server may have acted on the request.
 * - `refused`: it answered that it did not.
 * - `not-sent`: no byte of the request left this process.
 * - `unknown`: it may have acted. Look before repeating what moves money.
 */
export type RequestOutcome = 'refused' | 'not-sent' | 'unknown';

/** What an exception is made of. An allow-list: no request, configuration, socket or axios object. */
export interface ExceptionFacts {
  readonly code: string;
  readonly message: string;
  readonly clientId: string;
  readonly upstreamStatus?: number | undefined;
  readonly details?: unknown;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
  /** Milliseconds; the exception has them whole. */
  readonly retryAfter?: number | undefined;
  readonly outcome?: RequestOutcome;
}
