import { inBackground } from '../clock/clock.js';
import { Secret } from '../config/secret.js';
import { tokenFingerprint } from '../diagnostics/event-labels.js';
import type { AuditedToken } from '../diagnostics/events.js';
import type { TokenGrant } from './token-response.js';
import { lifeLeft, type Moment, tokenTiming, type TokenTiming } from './token-timing.js';

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

/** A token and what is known of it. */
export class IssuedToken {
  #accepted = false;
  #used = false;
  #promised: Promise<string> | undefined;
  /** As events tell of it. */
  readonly audited: AuditedToken;

  constructor(
    readonly token: AccessToken,
    readonly timing: TokenTiming,
    /** Whether it was fetched because the API had refused another. */
    readonly isCure: boolean,
    /** Whether its scopes are the server's word. */
    readonly namesScopes: boolean,
  ) {
    this.audited = { token: tokenFingerprint(token.reveal()), scopes: token.scopes };
  }

  /** Whether the API has accepted it at least once. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether anybody has asked for it since it was there. */
  get used(): boolean {
    return this.#used;
  }

  /** As it goes behind `Bearer`, for whoever awaits it: one promise, a new one for each would be dearer than the rest. */
  promised(): Promise<string> {
    return (this.#promised ??= inBackground(() => Promise.resolve(this.token.reveal())));
  }

  markAccepted(): void {
    this.#accepted = true;
  }

  markUsed(): void {
    this.#used = true;
  }
}

/** Returns the token of `grant`, whose life began when the request for it was sent. */
export function issueToken(grant: TokenGrant, sentAt: Moment, isCure: boolean): IssuedToken {
  const life = grant.lifetime * 1_000;
  const scopes = Object.freeze([...grant.scopes]);
  const issuedAt = new Date(sentAt.wall);
  const expiresAt = new Date(sentAt.wall + life);
  const token = new AccessToken(grant.value, scopes, issuedAt, expiresAt);
  const timing = tokenTiming(sentAt, life, Math.random());
  return new IssuedToken(token, timing, isCure, grant.namesScopes);
}

/** After a token that was fetched as a cure is refused too, none is fetched for this long, in ms. */
const CURE_PAUSE = 5_000;

/** Whether `refused` was itself the cure of a 401, so recently that another one would be refused like it. */
export function isHopelessCure({ isCure, accepted, timing }: IssuedToken, now: Moment): boolean {
  const age = timing.life - lifeLeft(timing, now);
  return isCure && !accepted && age < CURE_PAUSE;
}
