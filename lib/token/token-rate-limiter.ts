import { type Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import type { RequestBudget } from '../transport/origins.js';
import { type TokenFailure, tokenFailure } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';
import { decorrelatedPause } from './token-timing.js';

/** One request in five is kept for replacing refused tokens, three at most. */
const RESERVE_SHARE = 0.2;
const LARGEST_RESERVE = 3;
/** After this time, one request tries again, however long the server's `Retry-After`. */
const LONGEST_CLOSURE = 10 * 60_000;
/** The bounds of the pause after a limit or trouble. It grows each time, since a server may not ask for a wait. */
const BACK_OFF = { shortest: 1_000, longest: 6_000 };
const SERVERS_LIMIT = 'rate_limit_exceeded';
const OWN_LIMIT = 'token_budget_spent';

/** Returns how many token requests per minute of `budget` are available for `purpose`. */
export function allowanceOf(purpose: TokenPurpose, budget: number): number {
  const reserve = Math.min(LARGEST_RESERVE, Math.floor(budget * RESERVE_SHARE));
  return purpose === 'replacement' ? budget : budget - reserve;
}

/** The failure that blocks requests, and when the block ends by the monotonic clock. */
interface Closure {
  readonly failure: TokenFailure;
  readonly until: number;
}

/** Limits token requests to what the budget and the server allow. */
export class TokenRateLimiter {
  /** The last closure, of the origin or of this module. */
  #closure: Closure | undefined;
  /** The last closure of this module only. */
  #deferral: Closure | undefined;
  #backOff = 0;

  constructor(
    /** Token requests allowed per minute. */
    private readonly limit: number,
    /** The requests sent by all clients of the origin. */
    private readonly requests: RequestBudget,
    private readonly clock: Clock,
  ) {}

  /** Returns the milliseconds until a request for `purpose` may be sent. */
  wait(purpose: TokenPurpose): number {
    const now = this.clock.monotonic();
    return Math.max(this.#originWait(purpose, now), this.#deferredFor(now));
  }

  /** The requests left in this minute, including those kept for replacements. */
  get left(): number {
    return this.requests.left(this.limit, this.clock.monotonic());
  }

  /** Counts a request that is sent now. */
  spend(): void {
    this.requests.spend(this.clock.monotonic());
  }

  /**
   * Blocks requests for as long as the server asks, and at least for the usual pause. A rate limit blocks all clients of
   * the origin, since it applies to the IP address; trouble blocks only this module, as others may not be affected.
   */
  close(failure: TokenFailure): void {
    const now = this.clock.monotonic();
    this.#backOff = decorrelatedPause(this.#backOff, BACK_OFF, Math.random());
    const wait = Math.min(Math.max(failure.wait ?? 0, this.#backOff), LONGEST_CLOSURE);
    this.#closure = { failure, until: now + wait };
    if (failure.kind === 'limited') this.requests.close(wait, now);
    else this.#deferral = this.#closure;
  }

  /** Returns until when `failure` blocks requests, by the monotonic clock; `undefined` if it does not. */
  untilOf(failure: TokenFailure): number | undefined {
    return this.#closure?.failure === failure ? this.#closure.until : undefined;
  }

  /** Resets the pause after a successful token request. */
  succeed(): void {
    this.#backOff = 0;
  }

  /** Returns the failure for a caller whose deadline is before the next request may be sent. */
  failureOf(purpose: TokenPurpose, clientId: string): TokenFailure {
    const now = this.clock.monotonic();
    const [limited, deferred] = [this.#originWait(purpose, now), this.#deferredFor(now)];
    return deferred > limited && this.#deferral !== undefined
      ? this.#deferral.failure.with({ clientId, retryAfter: deferred })
      : this.#limitFailure(limited, clientId);
  }

  #originWait(purpose: TokenPurpose, now: number): number {
    return this.requests.wait(allowanceOf(purpose, this.limit), now);
  }

  #deferredFor(now: number): number {
    const left = (this.#deferral?.until ?? -Infinity) - now;
    return left > CLOCK_ROUNDING ? left : 0;
  }

  #limitFailure(wait: number, clientId: string): TokenFailure {
    const isServers = this.requests.isClosed(this.clock.monotonic());
    const code = isServers ? SERVERS_LIMIT : OWN_LIMIT;
    const message = `No token request may be sent for another ${Math.ceil(wait / 1_000)} s.`;
    const facts = {
      code,
      message,
      clientId,
      source: 'token',
      // The server's limit applies to the IP address and is not our budget.
      limit: isServers ? undefined : this.limit,
      remaining: 0,
      resetAt: new Date(this.clock.now() + wait),
      retryAfter: wait,
      hint: hintFor(code),
      outcome: 'not-sent',
    } as const;
    return tokenFailure('limited', facts, CryptofuseRateLimitException);
  }
}
