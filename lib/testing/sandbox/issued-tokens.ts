import type { Clock } from '../../clock/clock.js';

/** A token that the sandbox issued. @internal */
export interface IssuedToken {
  readonly value: string;
  readonly scopes: readonly string[];
  /** In milliseconds since the epoch by the sandbox's wall clock. */
  readonly expiresAt: number;
}

/** The tokens issued. Each is valid until it expires or is revoked, however many follow (FACTS 1.6). @internal */
export class IssuedTokens {
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #everyValue = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** `lifetime` in seconds; may be zero or negative. */
  issue(value: string, scopes: readonly string[], lifetime: number): void {
    this.#tokens.set(value, { value, scopes, expiresAt: this.clock.now() + lifetime * 1000 });
    this.#everyValue.add(value);
  }

  find(value: string): IssuedToken | undefined {
    return this.#tokens.get(value);
  }

  /** Returns whether `value` ever was a token, valid or not. */
  wasIssued(value: string): boolean {
    return this.#everyValue.has(value);
  }

  /** Without leeway, like the server. */
  isExpired(token: IssuedToken): boolean {
    return this.clock.now() >= token.expiresAt;
  }

  revoke(value: string): void {
    this.#tokens.delete(value);
  }

  revokeAll(): void {
    this.#tokens.clear();
  }

  expireAll(): void {
    for (const token of this.#tokens.values()) {
      this.#tokens.set(token.value, { ...token, expiresAt: this.clock.now() });
    }
  }
}
