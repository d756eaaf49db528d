import type { AbortSignalLike } from '../contracts/transport.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';

/** The result of a token request; `undefined` if it was superseded and its callers start again. */
export type TokenRequestResult = IssuedToken | TokenFailure | undefined;

/** A token request in progress, shared by any number of callers. */
export class PendingTokenRequest {
  readonly #controller = new AbortController();
  #superseded = false;
  /** Never rejects. */
  readonly result: Promise<TokenRequestResult>;

  constructor(
    readonly purpose: TokenPurpose,
    /** When the request may be sent, in milliseconds of the monotonic clock. */
    readonly allowedAt: number,
    obtain: (signal: AbortSignalLike) => Promise<IssuedToken>,
    failureOf: (error: unknown) => TokenFailure,
  ) {
    this.result = obtain(this.#controller.signal).then(
      (issued) => (this.#superseded ? undefined : issued),
      (error: unknown) => (this.#superseded ? undefined : failureOf(error)),
    );
  }

  /** Aborts the request: its token must not be used, and its callers start again. */
  supersede(): void {
    this.#superseded = true;
    this.#controller.abort();
  }
}
