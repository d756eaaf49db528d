import 'reflect-metadata';
import { Test, type TestingModule } from '@nestjs/testing';
import { CryptofuseModule, CryptofuseService, CryptofuseTokenService } from '../../lib/index.js';
import { Clock } from '../../lib/clock/clock.js';
import { VirtualClock } from '../../lib/testing/virtual-clock.js';
import { HEALING_PATH } from '../support/raw-answers.js';
import { endingOf, type SeenEnding } from './answers-ending.js';
import { GrowthWatch } from './answers-growth.js';
import { seenTroubles } from './answers-troubles.js';

/** A server whose token endpoint sends the response of a row. */
export interface HostileEndpoint {
  readonly name: string;
  readonly baseUrl: string;
  readonly timeout: number;
}

/** The observed results of one endpoint. */
export interface SeenEndpoint {
  readonly token: SeenEnding;
  /** The ending of a call that needs a token. */
  readonly call: SeenEnding;
  /** Milliseconds until the slower of the two had settled. */
  readonly took: number;
  /** The result of the same client once the endpoint works again. */
  readonly afterwards: string;
}

/** The observed results of all endpoints, and of the process. */
export interface SeenEndpoints {
  readonly endpoints: Readonly<Record<string, SeenEndpoint>>;
  /** The most bytes of memory beyond those in use before. */
  readonly peak: number;
  readonly troubles: readonly string[];
}

const AT_ONCE = 8;
/** Longer than any failure is remembered. */
const HOUR = 3_600_000;
/** Large enough that no row waits for the budget of its origin. */
const BUDGET = 10_000;

async function start(baseUrl: string, timeout: number, clock: Clock): Promise<TestingModule> {
  const options = { clientId: 'client', clientSecret: 'client-secret', baseUrl, timeout };
  const module = await Test.createTestingModule({
    imports: [CryptofuseModule.forRoot({ ...options, retry: false, token: { budget: BUDGET } })],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  module.useLogger(false);
  await module.init();
  return module;
}

async function issuedBy(tokens: CryptofuseTokenService): Promise<string> {
  const token = await tokens.getAccessToken();
  const life = (token.expiresAt.getTime() - token.issuedAt.getTime()) / 1_000;
  return `${token.reveal()} ${token.scopes.join(' ')} ${life}`;
}

async function see({ baseUrl, timeout }: HostileEndpoint): Promise<SeenEndpoint> {
  const clock = new VirtualClock();
  const module = await start(baseUrl, timeout, clock);
  const api = module.get(CryptofuseService);
  const tokens = module.get(CryptofuseTokenService);
  const since = performance.now();
  const token = await endingOf(issuedBy(tokens));
  const asked = performance.now();
  const call = await endingOf(api.get('/fine/'));
  const took = Math.max(asked - since, performance.now() - asked);
  await fetch(`${baseUrl}${HEALING_PATH}`);
  clock.advance(HOUR);
  tokens.invalidate();
  const fine = await endingOf(api.get('/fine/', { timeout: 10_000, retry: { attempts: 2 } }));
  await module.close();
  return { token, call, took, afterwards: fine.value ?? JSON.stringify(fine) };
}

async function run(endpoints: readonly HostileEndpoint[]): Promise<SeenEndpoints> {
  const watch = new GrowthWatch();
  const seen: [string, SeenEndpoint][] = [];
  const left = [...endpoints];
  const seeAll = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      seen.push([next.name, await see(next)]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, seeAll));
  const { peak } = watch.stop();
  return { endpoints: Object.fromEntries(seen), peak, troubles: seenTroubles() };
}

process.on('message', (endpoints) => {
  void run(endpoints as HostileEndpoint[]).then((seen) => process.send?.(seen));
});
