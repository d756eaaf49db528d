import { Secret } from '../config/secret.js';

/** An access token. It does not print itself: `reveal()` gives it as it goes behind `Bearer` (RFC 6750 §2.1). */
export class AccessToken extends Secret {
  constructor(
    value: string,
    /** The granted scopes, in the order of the server's answer. */
    readonly scopes: readonly string[],
    /** When the request for it was sent, by this machine's clock. */
    readonly issuedAt: Date,
    /** When the server stops accepting it, by this machine's clock. */
    readonly expiresAt: Date,
  ) {
    super(value);
    Object.freeze(this);
  }
}
