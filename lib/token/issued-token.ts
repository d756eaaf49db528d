import { createHash } from 'node:crypto';
import { inBackground, type Moment } from '../clock/clock.js';
import { Secret } from '../config/secret.js';
import { tokenFingerprint } from '../diagnostics/event-labels.js';
import type { AuditedToken } from '../diagnostics/events.js';
import type { TokenGrant } from './token-response.js';
import { lifeLeft, tokenTiming, type TokenTiming } from './token-timing.js';

/** An access token. It does not print itself; `reveal()` returns it as written after `Bearer` (RFC 6750 §2.1). */
export class AccessToken extends Secret {
  /** @internal */
  constructor(
    value: string,
    /** The granted scopes, in the order of the server's response. */
    readonly scopes: readonly string[],
    /** When the token request was sent, by this machine's clock. */
    readonly issuedAt: Date,
    /** When the token expires, by this machine's clock. */
    readonly expiresAt: Date,
  ) {
    super(value);
    Object.freeze(this);
  }
}

/** A token with its scopes, timing and use. */
export class IssuedToken {
  readonly #value: string;
  #id: string | undefined;
  #accepted = false;
  #used = false;
  #promised: Promise<string> | undefined;
  #accessToken: AccessToken | undefined;
  #audited: AuditedToken | undefined;

  constructor(
    { value, scopes, namesScopes }: Omit<TokenGrant, 'lifetime'>,
    readonly timing: TokenTiming,
    /** Whether it was requested because the API had refused another token. */
    readonly isReplacement: boolean,
  ) {
    this.#value = value;
    this.scopes = scopes;
    this.namesScopes = namesScopes;
  }

  readonly scopes: readonly string[];
  /** Whether the server named its scopes. */
  readonly namesScopes: boolean;

  /** A digest that identifies the token across processes and cannot be used as a token. */
  get id(): string {
    return (this.#id ??= createHash('sha256').update(this.#value).digest('base64url'));
  }

  /** Whether the API has accepted the token at least once. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether the token has been handed out. */
  get used(): boolean {
    return this.#used;
  }

  /** The token as shown in events. */
  get audited(): AuditedToken {
    return (this.#audited ??= { token: tokenFingerprint(this.#value), scopes: this.scopes });
  }

  /** The token as an application receives it. */
  get accessToken(): AccessToken {
    return (this.#accessToken ??= this.#makeAccessToken());
  }

  /** Returns the token as written after `Bearer`. */
  reveal(): string {
    return this.#value;
  }

  /** Returns a promise of the token, always the same one: a new one would cost more than the rest of `getToken()`. */
  promised(): Promise<string> {
    return (this.#promised ??= inBackground(() => Promise.resolve(this.#value)));
  }

  markAccepted(): void {
    this.#accepted = true;
  }

  markUsed(): void {
    this.#used = true;
  }

  #makeAccessToken(): AccessToken {
    const { sentAt, life } = this.timing;
    const expiresAt = new Date(sentAt.wall + life);
    return new AccessToken(this.#value, this.scopes, new Date(sentAt.wall), expiresAt);
  }
}

/** Returns the token of `grant`, whose lifetime began when its request was sent. */
export function issueToken(grant: TokenGrant, sentAt: Moment, isReplacement: boolean): IssuedToken {
  const timing = tokenTiming(sentAt, grant.lifetime * 1_000, Math.random());
  return new IssuedToken(
    { ...grant, scopes: Object.freeze([...grant.scopes]) },
    timing,
    isReplacement,
  );
}

/** How long no replacement is requested after one was refused too, in milliseconds. */
const REPLACEMENT_PAUSE = 5_000;

/** Returns whether the refused token is itself a recent replacement, so that another one would be refused too. */
export function wasJustReplaced(
  { isReplacement, accepted, timing }: IssuedToken,
  now: Moment,
): boolean {
  const age = timing.life - lifeLeft(timing, now);
  return isReplacement && !accepted && age < REPLACEMENT_PAUSE;
}
