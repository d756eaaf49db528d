import type { AbortSignalLike } from '../contracts/transport.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';

/** How a token request ended; `undefined`: it was superseded, and its callers start again. */
export type TokenRequestResult = IssuedToken | TokenFailure | undefined;

/** One token request under way, which any number of callers wait for. */
export class PendingTokenRequest {
  readonly #controller = new AbortController();
  #superseded = false;
  /** Never rejects. */
  readonly result: Promise<TokenRequestResult>;

  constructor(
    readonly purpose: TokenPurpose,
    /** When it may be sent, by the monotonic clock in milliseconds. */
    readonly allowedAt: number,
    obtain: (signal: AbortSignalLike) => Promise<IssuedToken>,
    failureOf: (error: unknown) => TokenFailure,
  ) {
    this.result = obtain(this.#controller.signal).then(
      (issued) => (this.#superseded ? undefined : issued),
      (error: unknown) => (this.#superseded ? undefined : failureOf(error)),
    );
  }

  /** Aborts it: its token must not be used, and its callers start again. */
  supersede(): void {
    this.#superseded = true;
    this.#controller.abort();
  }
}
