import { Clock, type ScheduledCall } from '../../clock/clock.js';
import { ClientRegistry } from './clients.js';
import { Counters } from './counters.js';
import { FaultPlan } from './faults.js';
import { IssuedTokens } from './issued-tokens.js';
import { PaymentLedger } from './payments.js';
import { RateLimit } from './rate-limit.js';
import { LogRedactor, RequestLog } from './request-log.js';
import type { SandboxSettings } from './settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Everything that a sandbox remembers. @internal */
export class SandboxState {
  /** What it tells time by itself. */
  readonly clock: Clock;
  readonly clients = new ClientRegistry();
  readonly tokens: IssuedTokens;
  readonly ledger: PaymentLedger;
  readonly tokenLimit: RateLimit;
  readonly apiLimit: RateLimit;
  readonly log: RequestLog;
  readonly faults = new FaultPlan();
  readonly counters = new Counters();

  constructor(settings: SandboxSettings) {
    const clock = new SkewedClock(settings.clock, settings.clockSkew);
    this.clock = clock;
    this.clients.add(settings);
    this.tokens = new IssuedTokens(clock);
    this.ledger = new PaymentLedger(clock);
    this.tokenLimit = new RateLimit(clock, settings.tokenLimit, MINUTE);
    this.apiLimit = new RateLimit(clock, settings.apiLimit, HOUR);
    this.log = new RequestLog(clock, new LogRedactor(this.clients, this.tokens));
  }

  /** Forgets everything but the clients and their secrets. */
  reset(): void {
    this.tokens.revokeAll();
    this.ledger.reset();
    this.tokenLimit.reset();
    this.apiLimit.reset();
    this.log.reset();
    this.faults.clear();
    this.counters.reset();
  }
}

/** The clock of a machine that does not keep the time of `clock`, but passes with it. */
class SkewedClock extends Clock {
  /** @param skew milliseconds that its wall clock is ahead */
  constructor(
    private readonly clock: Clock,
    private readonly skew: number,
  ) {
    super();
  }

  now(): number {
    return this.clock.now() + this.skew;
  }

  monotonic(): number {
    return this.clock.monotonic();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return this.clock.schedule(callback, delay);
  }
}
