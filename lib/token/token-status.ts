import type { TokenState } from './token-timing.js';

/** What a token request last failed with. */
export interface LastTokenFailure {
  readonly code: string;
  readonly message: string;
  readonly at: Date;
  /** Until when it is answered without a request; `undefined` where it is not remembered. */
  readonly rememberedUntil: Date | undefined;
}

/** What is known of a client's token, without a network call and without a secret. */
export interface TokenStatus {
  /** `none`: there is no token. */
  readonly state: TokenState | 'none';
  /** The granted scopes; empty without a token. */
  readonly scopes: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** Milliseconds since the token was asked for. */
  readonly age: number | undefined;
  /** When it is renewed in the background, if it is used until then. */
  readonly nextRenewalAt: Date | undefined;
  /** Whether a token request is under way. */
  readonly isFetching: boolean;
  /** `undefined` once a token request has succeeded. */
  readonly lastFailure: LastTokenFailure | undefined;
  /** Token requests left in this minute, for all clients of this process and origin. */
  readonly budgetLeft: number;
  /** Milliseconds the server's clock is ahead of this machine's; `undefined` as long as it is not known. */
  readonly clockSkew: number | undefined;
  /** How often tokens were thrown away before their time. */
  readonly generation: number;
}
