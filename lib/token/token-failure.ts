/**
 * What follows from a failure.
 * - `lasting`: it stays until credentials or the client change, so it is remembered;
 * - `passing`: the endpoint is in trouble, so the request is repeated, briefly;
 * - `slow`: there was no answer in time, so there is none left to repeat it;
 * - `limited`: too many requests, so nothing is sent before the limit's end;
 * - `own`: this call's alone.
 */
export type TokenFailureKind = 'lasting' | 'passing' | 'slow' | 'limited' | 'own';

/** Why there is no token. Each caller that waited gets an exception of its own from it. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';

  constructor(
    readonly kind: TokenFailureKind,
    readonly code: string,
    message: string,
    /** Makes a new exception each time. */
    readonly toException: () => Error,
    /** Where limited: milliseconds until the next request may be sent. */
    readonly wait?: number,
  ) {
    super(message);
  }
}
