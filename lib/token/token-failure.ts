/** Why there is no token. Each caller that waited gets an exception of its own from it. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';

  constructor(
    readonly code: string,
    message: string,
    /** Makes a new exception each time. */
    readonly toException: () => Error,
  ) {
    super(message);
  }
}
