import type { LastTokenFailure } from './token-keeper.js';
import type { TokenState } from './token-timing.js';

/** What is known of a client's token, without a network call and without a secret. */
export interface TokenStatus {
  /** `none`: there is no token. */
  readonly state: TokenState | 'none';
  /** The granted scopes; empty without a token. */
  readonly scopes: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** Whether a token request is under way. */
  readonly isFetching: boolean;
  readonly lastFailure: LastTokenFailure | undefined;
  /** How often tokens were thrown away before their time. */
  readonly generation: number;
}
