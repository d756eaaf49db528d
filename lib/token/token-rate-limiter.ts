import { type Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import type { RequestBudget } from '../transport/origins.js';
import { type TokenFailure, tokenFailure } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';
import { decorrelatedPause } from './token-timing.js';

/** Of five requests one is kept to replace a refused token, three at most. */
const RESERVE_SHARE = 0.2;
const LARGEST_RESERVE = 3;
/** However long the server's Retry-After, after this one request tries again. */
const LONGEST_CLOSURE = 10 * 60_000;
/** The shortest pause after a limit or trouble; it grows each time, since a server may ask for no wait at all. */
const BACK_OFF = { shortest: 1_000, longest: 6_000 };
const SERVERS_LIMIT = 'rate_limit_exceeded';
const OWN_LIMIT = 'token_budget_spent';

/** Returns the token requests a minute that `purpose` may use of `budget`. */
export function allowanceOf(purpose: TokenPurpose, budget: number): number {
  const reserve = Math.min(LARGEST_RESERVE, Math.floor(budget * RESERVE_SHARE));
  return purpose === 'replacement' ? budget : budget - reserve;
}

/** Why no request may be sent, and until when, by the monotonic clock. */
interface Closure {
  readonly failure: TokenFailure;
  readonly until: number;
}

/** Lets token requests through as often as the budget and the server allow. */
export class TokenRateLimiter {
  /** The last closure, of the origin or of this module. */
  #closure: Closure | undefined;
  /** The last one of this module alone. */
  #deferral: Closure | undefined;
  #backOff = 0;

  constructor(
    /** Token requests a minute. */
    private readonly limit: number,
    /** Those that all clients of the origin have sent. */
    private readonly requests: RequestBudget,
    private readonly clock: Clock,
  ) {}

  /** Returns the milliseconds until a request for `purpose` may be sent. */
  wait(purpose: TokenPurpose): number {
    const now = this.clock.monotonic();
    return Math.max(this.#originWait(purpose, now), this.#deferredFor(now));
  }

  /** Requests left in this minute, those kept for replacements included. */
  get left(): number {
    return this.requests.left(this.limit, this.clock.monotonic());
  }

  /** Counts a request that is sent now. */
  spend(): void {
    this.requests.spend(this.clock.monotonic());
  }

  /**
   * Lets no request through for as long as the server asks, and no less than the usual pause: after a limit to every
   * client of the origin, for it counts an address; after trouble to this module, since another one may not meet it.
   */
  close(failure: TokenFailure): void {
    const now = this.clock.monotonic();
    this.#backOff = decorrelatedPause(this.#backOff, BACK_OFF, Math.random());
    const wait = Math.min(Math.max(failure.wait ?? 0, this.#backOff), LONGEST_CLOSURE);
    this.#closure = { failure, until: now + wait };
    if (failure.kind === 'limited') this.requests.close(wait, now);
    else this.#deferral = this.#closure;
  }

  /** Returns until when `failure` lets no request through, by the monotonic clock; `undefined` if it does not. */
  untilOf(failure: TokenFailure): number | undefined {
    return this.#closure?.failure === failure ? this.#closure.until : undefined;
  }

  /** Takes note of a request that brought a token. */
  succeed(): void {
    this.#backOff = 0;
  }

  /** Returns the failure of a caller whose time ends before the next request may be sent. */
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
      // The server's counts an address, whatever our budget says.
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
