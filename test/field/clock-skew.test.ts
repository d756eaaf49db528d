import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { CryptofuseService, type CryptofuseModuleOptions } from '../../lib/index.js';
import { Clock } from '../../lib/clock/clock.js';
import {
  CryptofuseSandbox,
  CryptofuseTestingModule,
  VirtualClock,
  type CryptofuseSandboxOptions,
} from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** `Date` and `X-RateLimit-Reset` have whole seconds, and a hurried clock advances while a request is under way. */
const SLACK = 3 * SECOND;

/** Milliseconds by which the server is ahead of the client. */
const SKEWS: readonly (readonly [string, number])[] = [
  ['2 h behind', 2 * HOUR],
  ['2 h ahead', -2 * HOUR],
  ['a month behind', 30 * 24 * HOUR],
  ['right', 0],
];

const CASES = BOTH_TRANSPORTS.flatMap(([name, transport]) =>
  SKEWS.map(([clock, skew]) => ({ name, transport, clock, skew })),
);

describe.each(CASES)('a client whose clock is $clock, on $name', ({ transport, skew }) => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (
    options: CryptofuseModuleOptions = {},
    sandbox: CryptofuseSandboxOptions = {},
  ): Promise<void> => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({
      sandbox: { clock, clockSkew: skew, ...sandbox },
      client: { transport, ...options },
    });
  };
  const now = (): number => client.sandbox.clock.now();
  const serverDate = (wait: number): string => new Date(now() + skew + wait).toUTCString();
  const serverSeconds = (wait: number): string => String(Math.ceil((now() + skew + wait) / SECOND));

  /** Expects `wait`, less at most the second that the server rounds off. */
  const expectWait = (actual: number | undefined, wait: number): void => {
    expect(actual).toBeGreaterThanOrEqual(wait - SECOND);
    expect(actual).toBeLessThanOrEqual(wait + SLACK);
  };

  it.each([
    ['X-RateLimit-Reset', () => ({ 'x-ratelimit-reset': serverSeconds(90 * SECOND) })],
    ['a dated Retry-After', () => ({ 'retry-after': serverDate(90 * SECOND) })],
  ])(
    'computes the wait of a 429 from %s, of the API and of the token endpoint',
    async (_, headers) => {
      await start();
      client.sandbox.fail({ on: 'token', status: 429, headers: headers() });
      const ofToken = await exceptionOf(client.api.me());
      client.sandbox.clock.advance(92 * SECOND);
      await client.tokens.getToken();
      client.sandbox.fail({ on: 'api', status: 429, times: 2, headers: headers() });
      const ofApi = await exceptionOf(client.api.me());
      const ofOtherFace = await exceptionOf(firstValueFrom(client.http.get('/user/me/')));
      for (const exception of [ofToken, ofApi, ofOtherFace]) {
        expectWait(exception.retryAfter, 90 * SECOND);
      }
      for (const { resetAt } of [ofApi, ofOtherFace] as { resetAt?: Date }[]) {
        expectWait((resetAt?.getTime() ?? 0) - now(), 90 * SECOND);
      }
    },
  );

  it('waits out a short dated Retry-After, and no longer', async () => {
    await start();
    await client.tokens.getToken();
    for (const status of [429, 503]) {
      client.sandbox.fail({
        on: 'api',
        status,
        headers: { 'retry-after': serverDate(4 * SECOND) },
      });
      const asked = now();
      await hurried(client.sandbox.clock, client.api.me());
      expectWait(now() - asked, 4 * SECOND);
    }
  });

  it('asks the token endpoint again when its limit ends, and no sooner', async () => {
    await start();
    const headers = { 'x-ratelimit-reset': serverSeconds(20 * SECOND) };
    client.sandbox.fail({ on: 'token', status: 429, headers });
    expectWait((await exceptionOf(client.api.me())).retryAfter, 20 * SECOND);
    client.sandbox.clock.advance(9 * SECOND);
    await exceptionOf(client.api.me());
    expect(client.sandbox.counters.tokenRequests).toBe(1);
    client.sandbox.clock.advance(12 * SECOND);
    await client.api.me();
    expect(client.sandbox.counters.tokenRequests).toBe(2);
  });

  it('reports when the quota of the API resets, and refuses calls until then', async () => {
    await start({ quota: { policy: 'fail' } }, { apiLimit: 2 });
    await client.api.me();
    expectWait((client.api.quota().resetAt?.getTime() ?? 0) - now(), HOUR);
    await client.api.me();
    const spent = await exceptionOf(client.api.me());
    expect(spent.code).toBe('quota_spent');
    expectWait(spent.retryAfter, HOUR);
    client.sandbox.clock.advance(HOUR - 2 * SECOND);
    expect((await exceptionOf(client.api.get('/user/me/'))).code).toBe('quota_spent');
    client.sandbox.clock.advance(SLACK);
    await client.api.me();
  });

  it('waits for the quota of the API, and no longer', async () => {
    await start({ quota: { policy: 'wait', maxWait: MINUTE } });
    const headers = {
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': serverSeconds(30 * SECOND),
    };
    client.sandbox.fail({ on: 'api', headers });
    await client.api.me();
    const asked = now();
    const calls = [client.api.me(), client.api.get('/payments/')];
    expect(client.api.quota().waiting).toBe(2);
    await hurried(client.sandbox.clock, Promise.all(calls));
    expectWait(now() - asked, 30 * SECOND);
  });

  it('uses its own corrected clock when a response has no plausible Date', async () => {
    await start();
    await client.tokens.getToken();
    for (const date of [undefined, 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
      const headers = { date, 'x-ratelimit-reset': serverSeconds(90 * SECOND) };
      client.sandbox.fail({ on: 'api', status: 429, headers });
      expectWait((await exceptionOf(client.api.me())).retryAfter, 90 * SECOND);
    }
  });

  it('takes the age of a cached response into account', async () => {
    await start();
    const headers = {
      date: serverDate(-10 * MINUTE),
      age: '600',
      'x-ratelimit-reset': serverSeconds(90 * SECOND),
    };
    client.sandbox.fail({ on: 'api', status: 429, headers });
    expectWait((await exceptionOf(client.api.me())).retryAfter, 90 * SECOND);
  });
});

describe.each(BOTH_TRANSPORTS)(
  'a clock that is adjusted while a call waits, on %s',
  (_, transport) => {
    /** Starts a client with a clock separate from that of the sandbox. */
    const start = async (options: CryptofuseModuleOptions) => {
      const clock = new VirtualClock({ frozen: true });
      const sandbox = await CryptofuseSandbox.start({ apiLimit: false });
      const module = await Test.createTestingModule({
        imports: [CryptofuseTestingModule.forSandbox(sandbox, { transport, ...options })],
      })
        .overrideProvider(Clock)
        .useValue(clock)
        .compile();
      module.useLogger(false);
      await module.init();
      const stop = async (): Promise<void> => {
        await module.close();
        await sandbox.stop();
      };
      return { clock, sandbox, api: module.get(CryptofuseService), stop };
    };

    it.each([
      ['forward', 2 * HOUR],
      ['back', -2 * HOUR],
    ])('%s makes the wait for the quota neither shorter nor longer', async (_, jump) => {
      const { clock, sandbox, api, stop } = await start({
        quota: { policy: 'wait', maxWait: MINUTE },
        token: { budget: 100 },
      });
      const end = Math.ceil(sandbox.clock.now() / SECOND) + 30;
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(end) };
      sandbox.fail({ on: 'api', headers });
      await api.me();
      const { apiRequests } = sandbox.counters;
      const waiting = api.me();
      clock.jumpWall(jump);
      expect(api.quota().waiting).toBe(1);
      const left = (api.quota().resetAt?.getTime() ?? 0) - clock.now();
      expect(left).toBeGreaterThan(25 * SECOND);
      expect(left).toBeLessThan(35 * SECOND);
      clock.advance(25 * SECOND);
      await new Promise((resolve) => setImmediate(resolve));
      expect(sandbox.counters.apiRequests).toBe(apiRequests);
      clock.advance(7 * SECOND);
      await until(() => api.quota().waiting === 0);
      await waiting;
      await stop();
    });
  },
);
