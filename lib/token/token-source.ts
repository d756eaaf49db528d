import type { AbortSignalLike } from '../contracts/transport.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';

/** The reason for a token request: there is no token, the current one is stale, or the API refused it. */
export type TokenPurpose = 'first' | 'renewal' | 'replacement';

/** The source of a keeper's tokens. A source that shares tokens across processes wraps another one. */
export interface TokenSource {
  /**
   * Returns a token issued by the server, possibly for another process.
   *
   * @param refused the id of the refused token, if this is its replacement
   * @throws {TokenFailure} if no token can be obtained
   */
  obtain(
    purpose: TokenPurpose,
    refused: string | undefined,
    signal: AbortSignalLike,
  ): Promise<IssuedToken>;
  /** Returns until when `failure` is thrown without a request, in milliseconds of the monotonic clock. */
  rememberedUntil(failure: TokenFailure): number | undefined;
}
