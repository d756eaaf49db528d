import { afterEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import {
  CryptofuseAuthenticationException,
  CryptofuseUnavailableException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const MINUTE = 60_000;
/** Fewer than there are sockets to one origin. */
const LATE = 60;

describe('a token that the API refuses', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  it('is replaced once for five hundred calls under way, and none fails', async () => {
    client = await startSandboxClient();
    await client.api.me();
    const calls = Array.from({ length: 500 }, (_, call) => {
      if (call === 250) client.sandbox.revokeAll();
      return client.api.me();
    });
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(client.sandbox.counters.tokenRequests).toBe(2);
  });

  it.each(['revokeAll', 'expireAll'] as const)(
    'after %s is replaced, and the call replayed',
    async (end) => {
      client = await startSandboxClient();
      await client.tokens.getToken();
      client.sandbox[end]();
      await expect(client.api.post('/payments/', PAYMENT)).resolves.toMatchObject(PAYMENT);
      expect(client.sandbox.payments).toHaveLength(1);
      expect(client.sandbox.counters).toMatchObject({ tokenRequests: 2, unauthorized: 1 });
    },
  );

  it('while it is renewed in the background is replaced all the same', async () => {
    client = await startSandboxClient();
    await client.tokens.getToken();
    client.sandbox.clock.advance(56 * MINUTE);
    client.sandbox.fail({ on: 'token', hang: true });
    await client.api.me();
    await until(() => client.sandbox.counters.tokenRequests === 2);
    client.sandbox.revokeAll();
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    expect(client.sandbox.counters.tokenRequests).toBe(3);
  });

  it('late, when there is already a new one, costs no token request', async () => {
    client = await startSandboxClient();
    await client.api.me();
    client.sandbox.revokeAll();
    client.sandbox.fail({ on: 'api', delay: 1_000, times: LATE });
    const late = Array.from({ length: LATE }, () => client.api.me());
    await until(() => client.sandbox.counters.unauthorized === LATE);
    await client.api.me();
    client.sandbox.clock.advance(1_000);
    await expect(Promise.all(late)).resolves.toHaveLength(LATE);
    expect(client.sandbox.counters).toMatchObject({ tokenRequests: 2, unauthorized: LATE + 1 });
  });

  it('and whose replacement is refused too rejects the call, and no other is requested for 5 s', async () => {
    client = await startSandboxClient();
    client.sandbox.fail({
      on: 'api',
      status: 401,
      times: Infinity,
      headers: { 'www-authenticate': 'Bearer' },
    });
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseAuthenticationException);
    expect(exception.hint).toContain('time synchronisation');
    for (let call = 0; call < 10; call += 1) await exceptionOf(client.api.me());
    expect(client.sandbox.counters.tokenRequests).toBe(2);
    client.sandbox.clock.advance(5_000);
    await exceptionOf(client.api.me());
    expect(client.sandbox.counters.tokenRequests).toBe(3);
  });

  it('with a body that is a stream rejects the call, and nothing is sent twice', async () => {
    client = await startSandboxClient();
    await client.tokens.getToken();
    client.sandbox.revokeAll();
    const body = Readable.from([JSON.stringify(PAYMENT)]);
    const headers = { 'content-type': 'application/json' };
    const exception = await exceptionOf(client.api.post('/payments/', body, { headers }));
    expect(exception.upstreamStatus).toBe(401);
    expect(client.sandbox.counters.apiRequests).toBe(1);
  });

  it('and cannot be replaced rejects the call with the reason', async () => {
    client = await startSandboxClient();
    await client.api.me();
    client.sandbox.revokeAll();
    client.sandbox.fail({ on: 'token', reset: 'before', times: Infinity });
    const exception = await exceptionOf(hurried(client.sandbox.clock, client.api.me()));
    expect(exception).toBeInstanceOf(CryptofuseUnavailableException);
    expect(exception).toMatchObject({
      code: 'connection_reset',
      outcome: 'not-sent',
      retryable: true,
    });
  });
});
