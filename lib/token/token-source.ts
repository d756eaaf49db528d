import type { AbortSignalLike } from '../contracts/transport.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';

/** Why a token is needed: there is none, the current one is stale, or the API refused it. */
export type TokenPurpose = 'first' | 'renewal' | 'replacement';

/** Where a keeper gets its tokens. A source that shares them across processes wraps another one. */
export interface TokenSource {
  /**
   * Returns a token that the server issued, whoever asked for it.
   *
   * @param refused the id of the token that the API refused, when this is its replacement
   * @throws {TokenFailure} if there is none
   */
  obtain(
    purpose: TokenPurpose,
    refused: string | undefined,
    signal: AbortSignalLike,
  ): Promise<IssuedToken>;
  /** Returns until when `failure` is thrown without a request, by the monotonic clock in milliseconds. */
  rememberedUntil(failure: TokenFailure): number | undefined;
}
