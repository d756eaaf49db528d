import { afterEach, describe, expect, it } from '@jest/globals';
import { CryptofuseAuthenticationException, CryptofuseTimeoutException } from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Shorter than the default timeout. */
const LATENCY = 5_000;

describe('a token', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  it('is asked for once by a thousand calls at once', async () => {
    client = await startSandboxClient();
    const calls = Array.from({ length: 1_000 }, () => client.api.me());
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(client.sandbox.counters.tokenRequests).toBe(1);
  });

  it('is asked for as the documentation says, each half of the credentials form-urlencoded', async () => {
    const clientSecret = 'p+ss %41:wörd';
    client = await startSandboxClient({ sandbox: { clientId: 'shop:1', clientSecret } });
    await expect(client.tokens.getToken()).resolves.toMatch(/^[a-zA-Z0-9]{30}$/);
    expect(client.sandbox.requests).toMatchObject([
      { method: 'POST', path: '/o/token/', status: 200 },
    ]);
  });

  it('is renewed in the background while it goes stale, and no call waits', async () => {
    client = await startSandboxClient({ sandbox: { tokenLatency: LATENCY } });
    const first = client.tokens.getToken();
    await until(() => client.tokens.status().isFetching && tokenRequests(client) === 1);
    client.sandbox.clock.advance(LATENCY);
    const token = await first;
    client.sandbox.clock.advance(HOUR - 4 * MINUTE);
    await expect(client.tokens.getToken()).resolves.toBe(token);
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    expect(client.tokens.status()).toMatchObject({ state: 'stale', isFetching: true });
    await until(() => tokenRequests(client) === 2);
    client.sandbox.clock.advance(LATENCY);
    await until(() => client.tokens.status().state === 'fresh');
    await expect(client.tokens.getToken()).resolves.not.toBe(token);
    expect(tokenRequests(client)).toBe(2);
  });

  it('that has expired is not sent', async () => {
    client = await startSandboxClient();
    await client.api.me();
    client.sandbox.clock.advance(HOUR - 5_000);
    expect(client.tokens.status().state).toBe('expired');
    await client.api.me();
    expect(client.sandbox.counters).toMatchObject({ tokenRequests: 2, unauthorized: 0 });
  });

  it('stays in use while its renewal fails, and no call sees the failure', async () => {
    client = await startSandboxClient();
    const token = await client.tokens.getToken();
    client.sandbox.clock.advance(HOUR - 4 * MINUTE);
    client.sandbox.fail({ on: 'token', status: 503, times: Infinity });
    for (let call = 0; call < 20; call += 1) await client.api.me();
    const renewed = until(() => !client.tokens.status().isFetching);
    await hurried(client.sandbox.clock, renewed);
    await expect(client.tokens.getToken()).resolves.toBe(token);
    expect(client.tokens.status()).toMatchObject({
      state: 'stale',
      lastFailure: { code: 'http_503' },
    });
    expect(tokenRequests(client)).toBeLessThanOrEqual(4);
  });

  it('without a usable lifetime serves those who wait for it and is not kept', async () => {
    client = await startSandboxClient({ sandbox: { tokenResponse: { expires_in: 0 } } });
    const [first, second] = await Promise.all([client.api.me(), client.api.me()]);
    expect(first).toEqual(second);
    expect(tokenRequests(client)).toBe(1);
    expect(client.tokens.status().state).toBe('none');
  });

  it.each([
    ['no scope: what was asked for is granted', { scope: undefined }, ['read', 'write']],
    ['a narrower scope is believed', { scope: 'read' }, ['read']],
  ])('with %s', async (_, tokenResponse, scopes) => {
    client = await startSandboxClient({ sandbox: { tokenResponse } });
    const token = await client.tokens.getAccessToken();
    expect(token.scopes).toEqual(scopes);
    expect(`${String(token)} ${JSON.stringify({ token })}`).not.toContain(token.reveal());
  });

  it('lives an hour when the response names no expires_in', async () => {
    client = await startSandboxClient({ sandbox: { tokenResponse: { expires_in: undefined } } });
    const { issuedAt, expiresAt } = await client.tokens.getAccessToken();
    expect(expiresAt.getTime() - issuedAt.getTime()).toBe(HOUR);
  });

  it('that was invalidated is not handed out again', async () => {
    client = await startSandboxClient();
    const token = await client.tokens.getToken();
    client.tokens.invalidate('another');
    await expect(client.tokens.getToken()).resolves.toBe(token);
    client.tokens.invalidate(token);
    await expect(client.tokens.getToken()).resolves.not.toBe(token);
    client.tokens.invalidate();
    expect(client.tokens.status()).toMatchObject({ state: 'none', generation: 2 });
  });

  it('of a request that began before invalidate() is not handed out', async () => {
    client = await startSandboxClient();
    client.sandbox.fail({ on: 'token', delay: 10 * MINUTE });
    const waiting = client.tokens.getToken();
    await until(() => tokenRequests(client) === 1);
    client.tokens.invalidate();
    const token = await waiting;
    expect(tokenRequests(client)).toBe(2);
    client.sandbox.clock.advance(11 * MINUTE);
    await expect(client.tokens.getToken()).resolves.toBe(token);
  });

  it('is forgotten and revoked by revoke()', async () => {
    client = await startSandboxClient();
    await client.tokens.revoke();
    expect(client.sandbox.requests).toEqual([]);
    const token = await client.tokens.getToken();
    await client.tokens.revoke();
    expect(client.sandbox.counters.revocations).toBe(1);
    expect(client.sandbox.requests.at(-1)?.body).toContain('token_type_hint=access_token');
    await expect(client.tokens.getToken()).resolves.not.toBe(token);
  });

  it('is awaited until the signal is aborted, and by the others until it comes', async () => {
    client = await startSandboxClient();
    client.sandbox.fail({ on: 'token', delay: LATENCY });
    const controller = new AbortController();
    const aborted = rejectionOf(client.tokens.getToken({ signal: controller.signal }));
    const patient = client.tokens.getToken();
    await until(() => tokenRequests(client) === 1);
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await expect(aborted).resolves.toBe(reason);
    client.sandbox.clock.advance(LATENCY);
    await expect(patient).resolves.toMatch(/./);
    expect(tokenRequests(client)).toBe(1);
  });

  it('that does not come in time is a timeout, with a separate exception for each caller', async () => {
    client = await startSandboxClient({ client: { timeout: 5_000 } });
    client.sandbox.fail({ on: 'token', hang: true });
    const waiting = [client.tokens.getToken(), client.tokens.getToken()].map(exceptionOf);
    await until(() => tokenRequests(client) === 1);
    client.sandbox.clock.advance(5_000);
    const [first, second] = await Promise.all(waiting);
    expect(first).toBeInstanceOf(CryptofuseTimeoutException);
    expect(second).toBeInstanceOf(CryptofuseTimeoutException);
    expect(first).not.toBe(second);
  });
});

describe('the client secret', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  it('comes from a function that is asked anew before each token request', async () => {
    const secrets = ['first-secret', 'second-secret'];
    client = await startSandboxClient({
      sandbox: { clientSecret: 'first-secret' },
      client: { clientSecret: () => Promise.resolve(secrets.shift() ?? 'none') },
    });
    await client.api.me();
    client.sandbox.rotateSecret('second-secret');
    client.tokens.invalidate();
    await client.api.me();
    expect(client.sandbox.counters).toMatchObject({ tokensIssued: 2, tokenRefusals: 0 });
  });

  it('may be a pair while it rotates; the one that worked is tried first', async () => {
    client = await startSandboxClient({
      sandbox: { clientSecret: 'previous-secret' },
      client: { clientSecret: ['current-secret', 'previous-secret'] },
    });
    await client.api.me();
    expect(client.sandbox.counters.tokenRefusals).toBe(1);
    client.tokens.invalidate();
    await client.api.me();
    expect(client.sandbox.counters.tokenRefusals).toBe(1);
    client.sandbox.rotateSecret('current-secret');
    client.tokens.invalidate();
    await client.api.me();
    expect(client.sandbox.counters).toMatchObject({ tokensIssued: 3, tokenRefusals: 2 });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('vault: s3cret'))],
    ['throws', () => raise()],
    ['gives no secret', () => undefined as unknown as string],
    ['gives three', () => ['a', 'b', 'c'] as unknown as [string, string]],
  ])('of a function that %s is unavailable, and nothing is sent', async (_, clientSecret) => {
    client = await startSandboxClient({ client: { clientSecret } });
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseAuthenticationException);
    expect(exception.code).toBe('credentials_unavailable');
    expect(exception.message).not.toContain('s3cret');
    expect(client.sandbox.requests).toEqual([]);
  });

  it('of a function that never settles is a timeout', async () => {
    const never = new Promise<string>(() => undefined);
    client = await startSandboxClient({ client: { clientSecret: () => never } });
    const waiting = exceptionOf(client.tokens.getToken());
    await until(() => client.tokens.status().isFetching);
    client.sandbox.clock.advance(10_000);
    expect(await waiting).toBeInstanceOf(CryptofuseTimeoutException);
  });
});

function raise(): never {
  throw new Error('vault: s3cret');
}

function tokenRequests({ sandbox }: SandboxClient): number {
  return sandbox.counters.tokenRequests;
}
