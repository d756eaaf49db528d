import { ClientRegistry } from './clients.js';
import { Tally } from './counters.js';
import { FaultPlan } from './faults.js';
import { TokenStore } from './issued-tokens.js';
import { PaymentLedger } from './payments.js';
import { RateLimit } from './rate-limit.js';
import { RequestLog, SecretMask } from './request-log.js';
import type { SandboxSettings } from './settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Everything that a sandbox remembers. */
export class SandboxState {
  readonly clients = new ClientRegistry();
  readonly tokens: TokenStore;
  readonly ledger: PaymentLedger;
  readonly tokenLimit: RateLimit;
  readonly apiLimit: RateLimit;
  readonly log: RequestLog;
  readonly faults = new FaultPlan();
  readonly tally = new Tally();

  constructor(settings: SandboxSettings) {
    const { clock } = settings;
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
