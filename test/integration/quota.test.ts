import { afterEach, describe, expect, it } from '@jest/globals';
import { CryptofuseRateLimitException, type CryptofuseModuleOptions } from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

/** Milliseconds of the window of the API, plus the second that its end is rounded up by. */
const HOUR = 3_601_000;

describe("the API's quota", () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (
    quota: CryptofuseModuleOptions['quota'],
    apiLimit: number | false = 3,
  ): Promise<void> => {
    client = await startSandboxClient({ sandbox: { apiLimit }, client: { quota, retry: false } });
  };
  const calls = (): number => client.sandbox.counters.apiRequests;

  it('is reported', async () => {
    await start({});
    expect(client.api.quota()).toEqual({
      limit: undefined,
      remaining: undefined,
      resetAt: undefined,
      waiting: 0,
    });
    await client.api.me();
    expect(client.api.quota()).toMatchObject({ limit: 3, remaining: 2, resetAt: expect.any(Date) });
    await client.api.me();
    await client.api.me();
    const exception = await exceptionOf(client.api.me());
    expect(exception).toMatchObject({ source: 'api', upstreamStatus: 429 });
    expect(calls()).toBe(4);
  });

  it("is enforced by the policy 'fail': what it does not allow is not sent, and no token is renewed", async () => {
    await start({ policy: 'fail' });
    for (let call = 0; call < 3; call += 1) await client.api.me();
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
    expect(exception).toMatchObject({
      code: 'quota_spent',
      source: 'api',
      limit: 3,
      remaining: 0,
      outcome: 'not-sent',
      resetAt: expect.any(Date),
    });
    expect(client.sandbox.counters).toMatchObject({ apiRequests: 3, tokenRequests: 1 });
    client.sandbox.clock.advance(HOUR);
    await client.api.me();
  });

  it('counts calls that are under way', async () => {
    await start({ policy: 'fail' });
    await client.api.me();
    const settled = await Promise.allSettled(Array.from({ length: 10 }, () => client.api.me()));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(calls()).toBe(3);
  });

  it('leaves the reserve to others', async () => {
    await start({ policy: 'fail', reserve: 1 });
    await client.api.me();
    await client.api.me();
    expect(await exceptionOf(client.api.me())).toMatchObject({ code: 'quota_spent', remaining: 1 });
    expect(calls()).toBe(2);
  });

  it("is waited for by the policy 'wait', first come, first served", async () => {
    await start({ policy: 'wait', maxWait: 2 * HOUR });
    const order: number[] = [];
    await Promise.all([client.api.me(), client.api.me(), client.api.me()]);
    const later = [1, 2, 3].map(async (call) => {
      await client.api.me();
      order.push(call);
    });
    expect(client.api.quota().waiting).toBe(3);
    expect(calls()).toBe(3);
    client.sandbox.clock.advance(HOUR);
    await Promise.all(later);
    expect(order).toEqual([1, 2, 3]);
    expect(client.api.quota().waiting).toBe(0);
    expect(calls()).toBe(6);
  });

  it('is not waited for longer than maxWait, nor after an abort', async () => {
    await start({ policy: 'wait', maxWait: 1_000 });
    for (let call = 0; call < 3; call += 1) await client.api.me();
    expect(await exceptionOf(client.api.me())).toMatchObject({ code: 'quota_spent' });
    await client.stop();
    await start({ policy: 'wait', maxWait: 2 * HOUR });
    for (let call = 0; call < 3; call += 1) await client.api.me();
    const controller = new AbortController();
    const waiting = rejectionOf(client.api.get('/user/me/', { signal: controller.signal }));
    const next = client.api.me();
    const reason = new Error('the customer left');
    controller.abort(reason);
    await expect(waiting).resolves.toBe(reason);
    expect(client.api.quota().waiting).toBe(1);
    client.sandbox.clock.advance(HOUR);
    await expect(next).resolves.toMatchObject({ name: 'Your Merchant Name' });
  });

  it('ends its waits when the client is closed', async () => {
    await start({ policy: 'wait', maxWait: 2 * HOUR });
    for (let call = 0; call < 3; call += 1) await client.api.me();
    const waiting = exceptionOf(client.api.me());
    await hurried(client.sandbox.clock, client.module.close());
    expect(await waiting).toMatchObject({ code: 'client_closed' });
    expect(await exceptionOf(client.api.me())).toMatchObject({
      code: 'client_closed',
      outcome: 'not-sent',
    });
  });

  it('is separate for each token', async () => {
    await start({ policy: 'fail' });
    for (let call = 0; call < 3; call += 1) await client.api.me();
    client.tokens.invalidate();
    await client.tokens.getToken();
    await client.api.me();
    expect(client.api.quota()).toMatchObject({ remaining: 2 });
  });

  it('counts an attempt that is retried', async () => {
    client = await startSandboxClient({ client: { retry: { attempts: 1, maxDelay: 1 } } });
    const headers = {
      'x-ratelimit-limit': '9',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 60),
    };
    client.sandbox.fail({ on: 'api', status: 503, headers });
    await client.api.me();
    expect(calls()).toBe(2);
    expect(client.api.quota()).toMatchObject({ limit: 9, remaining: 2 });
  });

  it('is that of the token that a refused call is retried with', async () => {
    await start({});
    await client.api.me();
    await client.api.me();
    client.sandbox.revokeAll();
    await client.api.me();
    expect(client.api.quota()).toMatchObject({ remaining: 2 });
  });

  it('is not that of a response that arrives after its token was replaced', async () => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({
      sandbox: { apiLimit: 3, clock },
      client: { retry: false },
    });
    await client.api.me();
    client.sandbox.fail({ on: 'api', delay: 1_000 });
    const late = client.api.me();
    await until(() => calls() === 2);
    client.tokens.invalidate();
    await client.api.me();
    clock.advance(1_000);
    await late;
    expect(client.api.quota()).toMatchObject({ remaining: 2 });
  });

  it.each([
    ['absent', {}],
    [
      'absurd',
      {
        'x-ratelimit-limit': '-1',
        'x-ratelimit-remaining': 'many',
        'x-ratelimit-reset': '99999999999999',
      },
    ],
  ])('is not enforced when the headers are %s', async (_, headers) => {
    await start({ policy: 'fail' }, false);
    client.sandbox.fail({ on: 'api', headers, times: Infinity });
    for (let call = 0; call < 5; call += 1) await client.api.me();
    await until(() => calls() === 5);
    expect(client.api.quota()).toMatchObject({ limit: undefined, remaining: undefined });
  });
});
