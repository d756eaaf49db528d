import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { hintFor } from '../exceptions/hints.js';
import { OriginLease } from '../transport/origin-lease.js';
import type { FlightPurpose } from './token-flight.js';
import { TokenFailure } from './token-failure.js';

/** Of five requests one is kept for the cure of a 401, three at most. */
const RESERVE_SHARE = 0.2;
const LARGEST_RESERVE = 3;
/** However long the server's Retry-After, after this one request tries again. */
const LONGEST_CLOSURE = 10 * 60_000;
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

/** Lets token requests through as often as the budget and the server allow. */
@Injectable()
export class TokenAdmission {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
  ) {}

  /** Returns the milliseconds until a request for `purpose` may be sent. */
  wait(purpose: FlightPurpose): number {
    const allowance = allowanceOf(purpose, this.config.token.budget);
    return this.lease.budget.wait(allowance, this.clock.monotonic());
  }

  /** Requests left in this minute, those kept for cures included. */
  get left(): number {
    return this.lease.budget.left(this.config.token.budget, this.clock.monotonic());
  }

  /** Counts a request that is sent now. */
  spend(): void {
    this.lease.budget.spend(this.clock.monotonic());
  }

  /** Closes the gate after a 429. */
  close(wait: number): void {
    this.lease.budget.close(Math.min(wait, LONGEST_CLOSURE), this.clock.monotonic());
  }

  /** Returns the failure of a caller that will not wait so long. */
  failureOf(purpose: FlightPurpose): TokenFailure {
    const wait = this.wait(purpose);
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
      code,
      message,
      () => new CryptofuseRateLimitException(facts),
      wait,
    );
  }

  #ours() {
    const hint =
      'All clients of this process share the token requests of an origin. Use one client for one merchant; raise token.budget where the server allows more.';
    return { code: 'token_budget_spent', hint, limit: this.config.token.budget };
  }
}
