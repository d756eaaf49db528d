import type { Clock } from '../../clock/clock.js';

/** A token that the sandbox gave out. */
export interface IssuedToken {
  readonly value: string;
  readonly scopes: readonly string[];
  /** By the sandbox's wall clock, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The tokens given out. Each stays good until it expires or is revoked, however many follow (FACTS 1.6). */
export class TokenStore {
  private readonly tokens = new Map<string, IssuedToken>();
  private readonly given = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** `lifetime` in seconds; may be zero or negative. */
  issue(value: string, scopes: readonly string[], lifetime: number): void {
    this.tokens.set(value, { value, scopes, expiresAt: this.clock.now() + lifetime * 1000 });
    this.given.add(value);
  }

  find(value: string): IssuedToken | undefined {
    return this.tokens.get(value);
  }

  /** Whether `value` was ever a token, dead or alive. */
  wasGiven(value: string): boolean {
    return this.given.has(value);
  }

  /** Without leeway, as the server does it. */
  isExpired(token: IssuedToken): boolean {
    return this.clock.now() >= token.expiresAt;
  }

  revoke(value: string): void {
    this.tokens.delete(value);
  }

  revokeAll(): void {
    this.tokens.clear();
  }

  expireAll(): void {
    for (const token of this.tokens.values()) {
      this.tokens.set(token.value, { ...token, expiresAt: this.clock.now() });
    }
  }
}
