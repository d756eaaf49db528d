import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseRateLimitException,
  CryptofuseServerException,
  CryptofuseService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseTestingModule, VirtualClock } from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe.each(BOTH_TRANSPORTS)('Retry-After of the token endpoint, on %s', (_, transport) => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (options: CryptofuseModuleOptions = {}): Promise<void> => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({ sandbox: { clock }, client: { transport, ...options } });
  };
  const fail = (status: number, retryAfter: string, times = Infinity): void => {
    client.sandbox.fail({ on: 'token', status, times, headers: { 'retry-after': retryAfter } });
  };
  const requests = (): number => client.sandbox.counters.tokenRequests;

  it.each([500, 502, 503, 504])(
    'on a %d keeps the client from requesting until it is over',
    async (status) => {
      await start();
      fail(status, '120');
      const first = await exceptionOf(client.api.me());
      expect(first).toBeInstanceOf(CryptofuseServerException);
      expect(first).toMatchObject({ upstreamStatus: status, retryAfter: 120 * SECOND });
      expect(client.tokens.status().lastFailure).toMatchObject({
        code: first.code,
        rememberedUntil: new Date(client.sandbox.clock.now() + 120 * SECOND),
      });
      for (let second = 1; second <= 8; second += 1) {
        client.sandbox.clock.advance(SECOND);
        const calls = [
          client.api.me(),
          client.api.post('/payments/', PAYMENT),
          firstValueFrom(client.http.get('/user/me/')),
          client.tokens.getToken(),
        ];
        for (const exception of await Promise.all(calls.map(exceptionOf))) {
          expect(exception).toBeInstanceOf(CryptofuseServerException);
          expect(exception).toMatchObject({
            code: first.code,
            upstreamStatus: status,
            outcome: 'not-sent',
            retryAfter: (120 - second) * SECOND,
          });
        }
      }
      expect(requests()).toBe(1);
      client.sandbox.clearFaults();
      client.sandbox.clock.advance(112 * SECOND);
      await client.api.me();
      expect(requests()).toBe(2);
    },
  );

  it('on a 503 is waited out when the timeout of the call allows it', async () => {
    await start();
    fail(503, '3', 1);
    const asked = client.sandbox.clock.now();
    await hurried(client.sandbox.clock, client.api.me());
    expect(client.sandbox.clock.now() - asked).toBeGreaterThanOrEqual(3 * SECOND);
    expect(requests()).toBe(2);
  });

  it('on a 503 as a date, and on a page, blocks requests as well', async () => {
    await start();
    const date = new Date(client.sandbox.clock.now() + MINUTE).toUTCString();
    client.sandbox.fail({ on: 'token', status: 503, headers: { 'retry-after': date } });
    const exception = await exceptionOf(client.api.me());
    expect(exception.retryAfter).toBeGreaterThan(58 * SECOND);
    await exceptionOf(client.api.me());
    client.sandbox.clock.advance(MINUTE);
    const page = { 'content-type': 'text/html', 'retry-after': '30' };
    client.sandbox.fail({ on: 'token', status: 502, body: '<html>', headers: page });
    await exceptionOf(client.api.me());
    await exceptionOf(client.api.me());
    expect(requests()).toBe(2);
  });

  it('is obeyed for ten minutes at most', async () => {
    await start();
    fail(503, '86400', 1);
    expect(await exceptionOf(client.api.me())).toMatchObject({ retryAfter: 86_400 * SECOND });
    client.sandbox.clock.advance(9 * MINUTE);
    await exceptionOf(client.api.me());
    expect(requests()).toBe(1);
    client.sandbox.clock.advance(MINUTE);
    await client.api.me();
    expect(requests()).toBe(2);
  });

  it.each([
    [503, true],
    [429, false],
  ])('on a %d lets another client of the origin request a token: %p', async (status, isAsked) => {
    await start();
    const other = await Test.createTestingModule({
      imports: [CryptofuseTestingModule.forSandbox(client.sandbox, { transport })],
    }).compile();
    other.useLogger(false);
    await other.init();
    fail(status, '120', 1);
    await exceptionOf(client.api.me());
    const call = other.get(CryptofuseService).me();
    await (isAsked ? call : exceptionOf(call));
    expect(requests()).toBe(isAsked ? 2 : 1);
    await exceptionOf(client.api.me());
    await other.close();
  });

  it.each([429, 503])('0 on a %d still backs off', async (status) => {
    await start();
    fail(status, '0');
    const call = exceptionOf(client.api.me());
    for (let passed = 0; passed < 1_800; passed += 20) {
      client.sandbox.clock.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(requests()).toBeLessThanOrEqual(5);
    await hurried(client.sandbox.clock, call);
    expect(requests()).toBeLessThanOrEqual(7);
  });

  it('1 on each 429 makes requests ever rarer', async () => {
    await start({ timeout: 60 * SECOND, token: { budget: 1_000 } });
    fail(429, '1');
    await hurried(client.sandbox.clock, exceptionOf(client.api.me()));
    expect(requests()).toBeLessThanOrEqual(40);
    client.sandbox.clearFaults();
    client.sandbox.clock.advance(6 * SECOND);
    await client.api.me();
  });

  it.each(['soon', '-1', '', '1.5', String(10 * 366 * 86_400)])(
    '%j, which is absurd, counts as the longest pause',
    async (absurd) => {
      await start({ retry: { maxDelay: 20 * SECOND } });
      for (const status of [503, 429]) {
        const before = requests();
        fail(status, absurd, 1);
        expect(await exceptionOf(client.api.me())).toMatchObject({ retryAfter: 20 * SECOND });
        client.sandbox.clock.advance(9 * SECOND);
        await exceptionOf(client.api.me());
        expect(requests()).toBe(before + 1);
        client.sandbox.clock.advance(11 * SECOND);
        await client.api.me();
        client.tokens.invalidate();
      }
    },
  );

  it('leaves callers a token that works, and delays its renewal', async () => {
    await start();
    await client.api.me();
    fail(503, '120', 1);
    client.sandbox.clock.advance(56 * MINUTE);
    await until(() => client.tokens.status().lastFailure !== undefined);
    for (let second = 0; second < 100; second += 10) {
      await client.api.me();
      client.sandbox.clock.advance(10 * SECOND);
    }
    expect(requests()).toBe(2);
    client.sandbox.clock.advance(20 * SECOND);
    await until(() => client.tokens.status().state === 'fresh');
    expect(requests()).toBe(3);
  });

  it('on the request for a replacement rejects with that failure, not the 401', async () => {
    await start();
    await client.api.me();
    client.sandbox.revokeAll();
    fail(503, '120', 1);
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception).toMatchObject({ upstreamStatus: 503, retryAfter: 120 * SECOND });
  });

  it('of a refusal that is not a limit is in the exception too', async () => {
    await start();
    const headers = { 'retry-after': '7' };
    client.sandbox.fail({ on: 'token', status: 401, body: { error: 'invalid_client' }, headers });
    expect(await exceptionOf(client.api.me())).toMatchObject({
      code: 'invalid_client',
      retryAfter: 7 * SECOND,
    });
  });

  it('on a 429 is in status() too', async () => {
    await start();
    fail(429, '120', 1);
    await exceptionOf(client.api.me());
    expect(client.tokens.status().lastFailure).toMatchObject({
      rememberedUntil: new Date(client.sandbox.clock.now() + 120 * SECOND),
    });
  });

  it('on a 429 is in whole milliseconds at any moment', async () => {
    await start();
    client.sandbox.clock.advance(0.284);
    fail(429, '60', 1);
    await exceptionOf(client.api.me());
    client.sandbox.clock.advance(142.5);
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
    expect(exception.retryAfter).toBe(59_858);
  });
});
