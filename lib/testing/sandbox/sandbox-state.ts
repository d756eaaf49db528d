import type { Clock } from '../../clock/clock.js';
import { ClientRegistry } from './client-registry.js';
import { FaultPlan } from './fault-plan.js';
import { PaymentLedger } from './payment-ledger.js';
import { RateLimit } from './rate-limit.js';
import { RequestLog } from './request-log.js';
import type { SandboxSettings } from './sandbox-settings.js';
import { SecretMask } from './secret-mask.js';
import { SkewedClock } from './skewed-clock.js';
import { Tally } from './tally.js';
import { TokenStore } from './token-store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Everything that a sandbox remembers. */
export class SandboxState {
  /** What it tells time by itself. */
  readonly clock: Clock;
  readonly clients = new ClientRegistry();
  readonly tokens: TokenStore;
  readonly ledger: PaymentLedger;
  readonly tokenLimit: RateLimit;
  readonly apiLimit: RateLimit;
  readonly log: RequestLog;
  readonly faults = new FaultPlan();
  readonly tally = new Tally();

  constructor(settings: SandboxSettings) {
    const clock = new SkewedClock(settings.clock, settings.clockSkew);
    this.clock = clock;
    this.clients.add(settings);
    this.tokens = new TokenStore(clock);
    this.ledger = new PaymentLedger(clock);
    this.tokenLimit = new RateLimit(clock, settings.tokenLimit, MINUTE);
    this.apiLimit = new RateLimit(clock, settings.apiLimit, HOUR);
    this.log = new RequestLog(clock, new SecretMask(this.clients, this.tokens));
  }

  /** Forgets everything but the clients and their secrets. */
  reset(): void {
    this.tokens.revokeAll();
    this.ledger.reset();
    this.tokenLimit.reset();
    this.apiLimit.reset();
    this.log.reset();
    this.faults.clear();
    this.tally.reset();
  }
}
