import { afterEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { CryptofuseTimeoutException, type CryptofuseModuleOptions } from '../../lib/index.js';
import { VirtualClock, type CryptofuseSandboxOptions } from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { until } from '../support/until.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

/** Milliseconds; less than the retries of a token request take. */
const TIMEOUT = 300;
const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe.each(BOTH_TRANSPORTS)('a token that does not come in time, on %s', (_, transport) => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (
    options: CryptofuseModuleOptions = {},
    sandbox: CryptofuseSandboxOptions = {},
  ): Promise<void> => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({
      sandbox: { clock, ...sandbox },
      client: { transport, timeout: TIMEOUT, retry: false, ...options },
    });
  };
  const failed = (call: Promise<unknown>) => exceptionOf(hurried(client.sandbox.clock, call));

  const CALLS: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['get()', () => client.api.me()],
    ['post()', () => client.api.post('/payments/', PAYMENT)],
    ['HttpService', () => firstValueFrom(client.http.get('/user/me/'))],
    ['getToken()', () => client.tokens.getToken()],
  ];

  it.each(CALLS)('names the last failure: %s', async (_name, call) => {
    await start();
    client.sandbox.fail({ on: 'token', status: 503, times: 1 });
    client.sandbox.fail({ on: 'token', hang: true, times: Infinity });
    const exception = await failed(call());
    expect(exception).toBeInstanceOf(CryptofuseTimeoutException);
    expect(exception).toMatchObject({
      code: 'token_timeout',
      outcome: 'not-sent',
      upstreamStatus: undefined,
      message:
        'No token came within 300 ms. The last token request failed (503 http_503): HTTP 503 Service Unavailable',
      details: {
        lastFailure: { status: 503, code: 'http_503', message: 'HTTP 503 Service Unavailable' },
      },
      hint: expect.stringContaining('token endpoint is in trouble'),
    });
  });

  it.each([
    [
      'a code of the server',
      { status: 502, body: { error: 'temporarily_unavailable', error_description: 'Back soon.' } },
      /\(502 temporarily_unavailable\): Back soon\./,
      { status: 502, code: 'temporarily_unavailable' },
    ],
    [
      'a connection that breaks',
      { reset: 'before' as const },
      /\(connection_reset\): /,
      { status: undefined, code: 'connection_reset' },
    ],
    [
      'a page',
      { html: true as const, status: 404 },
      /\(404 http_404\): /,
      { status: 404, code: 'http_404' },
    ],
  ])('names %s', async (_name, fault, message, lastFailure) => {
    await start();
    client.sandbox.fail({ on: 'token', ...fault });
    client.sandbox.fail({ on: 'token', hang: true, times: Infinity });
    expect(await failed(client.api.me())).toMatchObject({
      code: 'token_timeout',
      message: expect.stringMatching(message),
      details: { lastFailure },
    });
  });

  it('names what the requests until then failed with, when each failed at once', async () => {
    await start({ timeout: 150 });
    client.sandbox.fail({ on: 'token', status: 503, times: Infinity });
    const exceptions = await hurried(
      client.sandbox.clock,
      Promise.all([client.api.me(), client.api.get('/payments/')].map(exceptionOf)),
    );
    for (const { code, message } of exceptions) {
      expect(code).toBe('token_timeout');
      expect(message).toContain('503 http_503');
    }
  });

  it('names it once, however often it occurs', async () => {
    await start();
    client.sandbox.fail({ on: 'token', status: 503 });
    client.sandbox.fail({ on: 'token', hang: true, times: Infinity });
    for (let call = 0; call < 8; call += 1) {
      const { message } = await failed(client.api.me());
      expect(message.split('No token came')).toHaveLength(2);
      expect(message).toContain('503 http_503');
      // Earlier ones get the result of a request under way, or a remembered failure.
      client.sandbox.clock.advance(call === 5 ? 10_000 : 0);
    }
  });

  it('has a general hint when no cause is known, or it has passed', async () => {
    await start();
    client.sandbox.fail({ on: 'token', status: 503 });
    await hurried(client.sandbox.clock, client.api.get('/user/me/', { timeout: 10_000 }));
    client.tokens.invalidate();
    client.sandbox.fail({ on: 'token', hang: true });
    expect(await failed(client.api.me())).toMatchObject({
      message: 'No token came within 300 ms.',
      details: undefined,
      hint: expect.stringContaining('Verify that baseUrl can be reached from here.'),
    });
  });

  it('names the clientSecret function that has returned nothing in time', async () => {
    await start({ clientSecret: () => new Promise<string>(() => undefined) });
    for (const call of [client.api.me(), client.tokens.getToken()]) {
      expect(await failed(call)).toMatchObject({
        message: 'No token came within 300 ms.',
        hint: expect.stringContaining('clientSecret function'),
      });
    }
  });

  it('does not name a clientSecret function that has returned', async () => {
    await start({ clientSecret: () => Promise.resolve(client.sandbox.clientSecret) });
    client.sandbox.fail({ on: 'token', hang: true });
    const { hint } = await failed(client.api.me());
    expect(hint).toContain('Verify that baseUrl can be reached from here.');
  });

  it('names the cause when a 401 waits for a replacement too', async () => {
    await start();
    await client.api.me();
    client.sandbox.revokeAll();
    client.sandbox.fail({ on: 'token', status: 503 });
    client.sandbox.fail({ on: 'token', hang: true });
    expect(await failed(client.api.me())).toMatchObject({
      code: 'token_timeout',
      outcome: 'refused',
      message: expect.stringContaining('503 http_503'),
    });
  });

  it('does not mention tokens when it is the response that does not come', async () => {
    await start();
    await client.api.me();
    client.sandbox.fail({ on: 'token', status: 503, times: Infinity });
    client.sandbox.fail({ on: 'api', hang: true });
    client.sandbox.clock.advance(56 * 60_000);
    const { tokens } = client;
    await hurried(
      client.sandbox.clock,
      until(() => tokens.status().lastFailure !== undefined),
    );
    expect(await failed(client.api.me())).toMatchObject({
      code: 'timeout',
      message: 'No response came within 300 ms.',
    });
  });
});
