import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseConfigException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseServerException,
  CryptofuseUnavailableException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const quick = { maxDelay: 20 };
const limit = (retryAfter: string) => ({
  on: 'api' as const,
  status: 429,
  headers: { 'retry-after': retryAfter },
});

describe('a call that fails', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: quick } });
  });
  afterEach(() => client.stop());

  const attempts = (): number => client.sandbox.counters.apiRequests;

  it.each([
    ['a 500', { status: 500 }],
    ['a 502 page', { html: true as const }],
    ['a 503', { status: 503 }],
    ['a 504', { status: 504 }],
    ['a 429', { status: 429 }],
    ['a connection cut before', { reset: 'before' as const }],
    ['a connection cut after', { reset: 'after' as const }],
    ['half an answer', { truncate: true as const }],
  ])('with %s is retried twice for GET, and once for all', async (_, fault) => {
    client.sandbox.fail({ on: 'api', times: 2, ...fault });
    await expect(client.api.get('/user/me/')).resolves.toMatchObject({
      name: 'Your Merchant Name',
    });
    expect(attempts()).toBe(3);
    client.sandbox.fail({ on: 'api', times: 3, ...fault });
    await exceptionOf(client.api.get('/user/me/'));
    expect(attempts()).toBe(6);
  });

  it.each([
    ['a 500', { status: 500 }, CryptofuseServerException],
    ['a connection cut before', { reset: 'before' as const }, CryptofuseUnavailableException],
    ['a connection cut after', { reset: 'after' as const }, CryptofuseUnavailableException],
    ['half an answer', { truncate: true as const }, CryptofuseUnavailableException],
  ])('with %s is not retried for POST: the payment may have been made', async (_, fault, ours) => {
    await client.tokens.getToken();
    client.sandbox.fail({ on: 'api', ...fault });
    const exception = await exceptionOf(client.api.post('/payments/', PAYMENT));
    expect(exception).toBeInstanceOf(ours);
    expect(exception.outcome).toBe('unknown');
    expect(attempts()).toBe(1);
    expect(client.sandbox.payments.length).toBeLessThanOrEqual(1);
  });

  it('with a 429 is retried for POST too: the server refused', async () => {
    client.sandbox.fail({ on: 'api', status: 429 });
    await expect(client.api.post('/payments/', PAYMENT)).resolves.toMatchObject(PAYMENT);
    expect(attempts()).toBe(2);
    expect(client.sandbox.payments).toHaveLength(1);
  });

  it('is not retried when its body is a stream', async () => {
    client.sandbox.fail({ on: 'api', status: 429 });
    const exception = await exceptionOf(client.api.post('/echo/', Readable.from(['a'])));
    expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
    expect(attempts()).toBe(1);
  });

  it('with a refusal is not retried', async () => {
    for (const status of [400, 403, 404, 409, 422]) {
      client.sandbox.fail({ on: 'api', status });
      await exceptionOf(client.api.get('/user/me/'));
    }
    expect(attempts()).toBe(5);
  });

  it('waits out a short Retry-After, and rejects at once on a long one', async () => {
    await client.stop();
    client = await startSandboxClient();
    const { clock } = client.sandbox;
    client.sandbox.fail(limit('4'));
    const asked = clock.monotonic();
    await expect(hurried(clock, client.api.get('/user/me/'))).resolves.toMatchObject({
      name: 'Your Merchant Name',
    });
    expect(clock.monotonic() - asked).toBeGreaterThanOrEqual(4_000);
    expect(attempts()).toBe(2);
    client.sandbox.fail(limit('3600'));
    const exception = await exceptionOf(client.api.get('/user/me/'));
    expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
    expect(exception).toMatchObject({ retryAfter: 3_600_000, source: 'api' });
    expect(attempts()).toBe(3);
  });

  it('may state how it is retried', async () => {
    client.sandbox.fail({ on: 'api', status: 503, times: 4 });
    await exceptionOf(client.api.get('/user/me/', { retry: false }));
    expect(attempts()).toBe(1);
    await client.api.get('/user/me/', { retry: { attempts: 3 } });
    expect(attempts()).toBe(5);
    client.sandbox.fail({ on: 'api', status: 503 });
    await client.api.post('/payments/', PAYMENT, { retry: { methods: ['POST'] } });
    expect(attempts()).toBe(7);
    const error = await rejectionOf(client.api.get('/user/me/', { retry: { attempts: -1 } }));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as Error).message).toContain('retry.attempts');
    expect(attempts()).toBe(7);
  });

  it('is retried through CryptofuseHttpService as well', async () => {
    client.sandbox.fail({ on: 'api', status: 503, times: 2 });
    await expect(firstValueFrom(client.http.get('/payments/'))).resolves.toMatchObject({
      data: [],
    });
    expect(attempts()).toBe(3);
  });

  it('ends with the reason of its signal while it waits for the next attempt', async () => {
    await client.stop();
    client = await startSandboxClient();
    client.sandbox.fail(limit('4'));
    const controller = new AbortController();
    const waiting = rejectionOf(client.api.get('/user/me/', { signal: controller.signal }));
    await until(() => client.sandbox.requests.at(-1)?.status === 429);
    const reason = new Error('the customer left');
    controller.abort(reason);
    await expect(waiting).resolves.toBe(reason);
    expect(attempts()).toBe(1);
  });

  it('in an outage is not retried without limit', async () => {
    client.sandbox.fail({ on: 'api', status: 503, times: Infinity });
    await Promise.all(Array.from({ length: 200 }, () => exceptionOf(client.api.get('/user/me/'))));
    expect(attempts()).toBe(300);
  });

  it('is not retried more for calls that ended without a response', async () => {
    const failingGet = async (): Promise<number> => {
      const before = attempts();
      client.sandbox.fail({ on: 'api', status: 503, times: Infinity });
      await exceptionOf(client.api.get('/user/me/'));
      client.sandbox.clearFaults();
      return attempts() - before;
    };
    client.sandbox.fail({ on: 'api', status: 503, times: Infinity });
    await Promise.all(Array.from({ length: 50 }, () => exceptionOf(client.api.get('/user/me/'))));
    client.sandbox.clearFaults();
    const signal = AbortSignal.abort();
    for (let call = 0; call < 10; call += 1) {
      await rejectionOf(client.api.get('/user/me/', { signal }));
    }
    expect(await failingGet()).toBe(1);
    for (let call = 0; call < 5; call += 1) await client.api.get('/user/me/');
    expect(await failingGet()).toBe(2);
  });
});

describe('a call that the granted scopes do not allow', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  it('is not sent', async () => {
    client = await startSandboxClient({ client: { scopes: ['read'] } });
    const exception = await exceptionOf(client.api.post('/payments/', PAYMENT));
    expect(exception).toBeInstanceOf(CryptofusePermissionException);
    expect(exception).toMatchObject({
      code: 'insufficient_scope',
      requiredScopes: ['write'],
      tokenScopes: ['read'],
      outcome: 'not-sent',
      upstreamStatus: undefined,
    });
    await expect(client.api.get('/payments/')).resolves.toEqual([]);
    expect(client.sandbox.counters).toMatchObject({ apiRequests: 1, tokenRequests: 1 });
  });

  it('is sent when the server names no scopes', async () => {
    client = await startSandboxClient({
      client: { scopes: ['read'] },
      sandbox: { tokenResponse: { scope: undefined } },
    });
    await expect(client.api.post('/payments/', PAYMENT)).rejects.toMatchObject({
      upstreamStatus: 403,
    });
    expect(client.sandbox.counters.apiRequests).toBe(1);
  });
});
