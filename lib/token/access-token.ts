import { inspect } from 'node:util';

const PRINTED = '[secret]';

/** An access token. It does not print itself: `reveal()` is the one way to its value. */
export class AccessToken {
  readonly #value: string;

  constructor(
    value: string,
    /** The granted scopes, in the order of the server's answer. */
    readonly scopes: readonly string[],
    /** When the request for it was sent, by this machine's clock. */
    readonly issuedAt: Date,
    /** When the server stops accepting it, by this machine's clock. */
    readonly expiresAt: Date,
  ) {
    this.#value = value;
    Object.freeze(this);
  }

  /** Returns the token as it goes behind `Bearer` (RFC 6750 §2.1). */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [inspect.custom](): string {
    return PRINTED;
  }
}
