import { Injectable } from '@nestjs/common';
import { Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { OriginLease } from '../transport/origins.js';
import { TokenFailure } from './token-failure.js';
import type { FlightPurpose } from './token-flight.js';
import { decorrelatedPause } from './token-timing.js';

/** Of five requests one is kept for the cure of a 401, three at most. */
const RESERVE_SHARE = 0.2;
const LARGEST_RESERVE = 3;
/** However long the server's Retry-After, after this one request tries again. */
const LONGEST_CLOSURE = 10 * 60_000;
/** The gate is closed for no less, and for longer each time it has to be again: a server may ask for no wait at all. */
const BACK_OFF = { shortest: 1_000, longest: 6_000 };
/** The limit is the server's: it counts an address, whatever our budget says. */
const SERVERS = {
  code: 'rate_limit_exceeded',
  hint: hintFor('rate_limit_exceeded'),
  limit: undefined,
};

/** Returns the token requests a minute that `purpose` may use of `budget`. */
export function allowanceOf(purpose: FlightPurpose, budget: number): number {
  const reserve = Math.min(LARGEST_RESERVE, Math.floor(budget * RESERVE_SHARE));
  return purpose === 'cure' ? budget : budget - reserve;
}

/** Why the gate is closed, and until when, by the monotonic clock. */
interface Closure {
  readonly failure: TokenFailure;
  readonly until: number;
}

/** Lets token requests through as often as the budget and the server allow. */
@Injectable()
export class TokenAdmission {
  /** What last closed the gate. */
  #closure: Closure | undefined;
  /** What last closed it to this client alone. */
  #deferral: Closure | undefined;
  #backOff = 0;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
  ) {}

  /** Returns the milliseconds until a request for `purpose` may be sent. */
  wait(purpose: FlightPurpose): number {
    const now = this.clock.monotonic();
    return Math.max(this.#originWait(purpose, now), this.#deferredFor(now));
  }

  /** Requests left in this minute, those kept for cures included. */
  get left(): number {
    return this.lease.budget.left(this.config.token.budget, this.clock.monotonic());
  }

  /** Counts a request that is sent now. */
  spend(): void {
    this.lease.budget.spend(this.clock.monotonic());
  }

  /**
   * Closes the gate for as long as the server asks, and no less than the usual pause: a limit closes it to every client
   * of the origin, for it counts an address; trouble to this client, since another one may not meet it.
   */
  close(failure: TokenFailure): void {
    const now = this.clock.monotonic();
    this.#backOff = decorrelatedPause(this.#backOff, BACK_OFF, Math.random());
    const wait = Math.min(Math.max(failure.wait ?? 0, this.#backOff), LONGEST_CLOSURE);
    this.#closure = { failure, until: now + wait };
    if (failure.kind === 'limited') this.lease.budget.close(wait, now);
    else this.#deferral = this.#closure;
  }

  /** Until when `failure` keeps this client from asking, by the monotonic clock; `undefined` where it does not. */
  untilOf(failure: TokenFailure): number | undefined {
    return this.#closure?.failure === failure ? this.#closure.until : undefined;
  }

  /** Takes note of a request that brought a token. */
  succeed(): void {
    this.#backOff = 0;
  }

  /** Returns the failure of a caller that will not wait so long. */
  failureOf(purpose: FlightPurpose): TokenFailure {
    const now = this.clock.monotonic();
    const [limited, deferred] = [this.#originWait(purpose, now), this.#deferredFor(now)];
    return deferred > limited && this.#deferral !== undefined
      ? this.#deferral.failure.restated({ retryAfter: deferred })
      : this.#limit(limited);
  }

  #originWait(purpose: FlightPurpose, now: number): number {
    const allowance = allowanceOf(purpose, this.config.token.budget);
    return this.lease.budget.wait(allowance, now);
  }

  #deferredFor(now: number): number {
    const left = (this.#deferral?.until ?? -Infinity) - now;
    return left > CLOCK_ROUNDING ? left : 0;
  }

  #limit(wait: number): TokenFailure {
    const isServers = this.lease.budget.isClosed(this.clock.monotonic());
    const { code, hint, limit } = isServers ? SERVERS : this.#ours();
    const message = `No token request may be sent for another ${Math.ceil(wait / 1_000)} s.`;
    const facts = {
      code,
      message,
      clientId: this.config.clientId,
      source: 'token',
      limit,
      remaining: 0,
      resetAt: new Date(this.clock.now() + wait),
      retryAfter: wait,
      hint,
      outcome: 'not-sent',
    } as const;
    return new TokenFailure(
      'limited',
      facts,
      (told) => new CryptofuseRateLimitException({ ...facts, ...told }),
    );
  }

  #ours() {
    const hint =
      'All clients of this process share the token requests of an origin. Use one client for one merchant; raise token.budget where the server allows more.';
    return { code: 'token_budget_spent', hint, limit: this.config.token.budget };
  }
}
