import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import type { CryptofuseModuleOptions } from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const SERVER_ERRORS = [500, 502, 503, 504];
const OTHERS = [301, 303, 400, 401, 403, 404, 408, 409, 423, 425, 501];
/** Milliseconds that a hurried clock may advance while a request is under way. */
const SLACK = 1_500;

describe.each(BOTH_TRANSPORTS)('Retry-After of the API, on %s', (_, transport) => {
  let client: SandboxClient;
  afterEach(async () => {
    jest.restoreAllMocks();
    await client.stop();
  });

  const start = async (options: CryptofuseModuleOptions = {}): Promise<void> => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({ sandbox: { clock }, client: { transport, ...options } });
    await client.tokens.getToken();
  };
  const fail = (status: number, retryAfter: string, times = 1): void => {
    client.sandbox.fail({ on: 'api', status, times, headers: { 'retry-after': retryAfter } });
  };
  /** Returns the milliseconds between the attempts of `call`. */
  const pausesOf = async (call: Promise<unknown>): Promise<number[]> => {
    const { sandbox } = client;
    await hurried(sandbox.clock, call);
    const [, ...attempts] = sandbox.requests.map(({ at }) => at);
    return attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
  };

  it.each([...SERVER_ERRORS, ...OTHERS, 429])(
    'is in the exception of a %d, of either face and every method',
    async (status) => {
      await start({ retry: false });
      const calls = [
        () => client.api.get('/user/me/'),
        () => client.api.post('/payments/', PAYMENT),
        () => firstValueFrom(client.http.get('/user/me/')),
        () => firstValueFrom(client.http.post('/payments/', PAYMENT)),
        () => firstValueFrom(client.http.get('/user/me/', { responseType: 'stream' })),
      ];
      for (const call of calls) {
        fail(status, '120', 2);
        const exception = await exceptionOf(call());
        client.sandbox.clearFaults();
        expect(exception).toMatchObject({ upstreamStatus: status, retryAfter: 120_000 });
      }
    },
  );

  it.each(SERVER_ERRORS)('is undefined when a %d names none', async (status) => {
    await start({ retry: false });
    const reset = String(Math.ceil(client.sandbox.clock.now() / 1_000) + 60);
    client.sandbox.fail({ on: 'api', status, headers: { 'x-ratelimit-reset': reset } });
    expect(await exceptionOf(client.api.me())).toMatchObject({ retryAfter: undefined });
  });

  it.each(SERVER_ERRORS)('of a %d is waited for when it is short', async (status) => {
    await start();
    fail(status, '4');
    const [pause = 0] = await pausesOf(client.api.get('/user/me/'));
    expect(pause).toBeGreaterThanOrEqual(4_000);
    expect(pause).toBeLessThan(4_000 + SLACK);
  });

  it.each([429, 503])('0 of a %d still backs off', async (status) => {
    await start();
    jest.spyOn(Math, 'random').mockReturnValue(0.9);
    fail(status, '0', 2);
    const pauses = await pausesOf(client.api.get('/user/me/'));
    expect(pauses).toHaveLength(2);
    expect(pauses[0]).toBeGreaterThanOrEqual(0.9 * 250);
    expect(pauses[1]).toBeGreaterThanOrEqual(0.9 * 500);
  });

  it.each(['soon', '', '-1', '1.5', '1e3', '999999999999', String(10 * 366 * 86_400)])(
    '%j, which is absurd, counts as the longest pause',
    async (absurd) => {
      await start({ retry: { maxDelay: 3_000, attempts: 1 } });
      for (const status of [429, 503]) {
        fail(status, absurd, 2);
        const exception = await exceptionOf(
          hurried(client.sandbox.clock, client.api.get('/user/me/')),
        );
        expect(exception).toMatchObject({ upstreamStatus: status, retryAfter: 3_000 });
      }
      const [first = 0, second = 0] = client.sandbox.requests.slice(1).map(({ at }) => at);
      expect(second - first).toBeGreaterThanOrEqual(3_000);
      expect(second - first).toBeLessThan(3_000 + SLACK);
    },
  );

  it('is judged absurd by the longest pause that a call states', async () => {
    await start();
    fail(503, 'soon');
    const [pause = 0] = await pausesOf(client.api.get('/user/me/', { retry: { maxDelay: 7_000 } }));
    expect(pause).toBeGreaterThanOrEqual(7_000);
  });

  it('is in whole milliseconds, whoever states it', async () => {
    await start({ quota: { policy: 'fail' }, token: { budget: 1 } });
    const { clock } = client.sandbox;
    clock.advance(142.284);
    const reset = String(Math.ceil(clock.now() / 1_000) + 60);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    client.sandbox.fail({ on: 'api', headers });
    await client.api.me();
    clock.advance(0.1);
    const spent = await exceptionOf(client.api.me());
    expect(spent.code).toBe('quota_spent');
    client.tokens.invalidate();
    const limited = await exceptionOf(client.tokens.getToken());
    expect(limited.code).toBe('token_budget_spent');
    for (const { retryAfter } of [spent, limited]) {
      expect(retryAfter).toBeGreaterThan(59_000);
      expect(retryAfter).toBe(Math.ceil(retryAfter ?? 0.5));
    }
  });

  it('does not keep a request without a response from being retried', async () => {
    await start();
    client.sandbox.fail({ on: 'api', reset: 'before', times: 2 });
    const pauses = await pausesOf(client.api.get('/user/me/'));
    expect(pauses).toHaveLength(2);
    client.sandbox.fail({ on: 'api', reset: 'before' });
    const exception = await exceptionOf(client.api.post('/payments/', PAYMENT));
    expect(exception).toMatchObject({ code: 'connection_reset', retryAfter: undefined });
  });
});
