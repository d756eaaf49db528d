import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  CryptofuseAuthenticationException,
  CryptofuseModule,
  CryptofuseRateLimitException,
  CryptofuseServerException,
  CryptofuseService,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { LoggedLines } from '../support/logged-lines.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const limited = (headers: Record<string, string>) => ({
  on: 'token' as const,
  status: 429,
  headers,
  body: { error: { code: 'rate_limit_exceeded', message: 'Slow down.' } },
});

describe('the token engine', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const requests = (): number => client.sandbox.counters.tokenRequests;
  const forget = (): void => {
    client.tokens.invalidate();
  };

  it('asks for no more tokens a minute than its budget, and keeps some for replacements', async () => {
    client = await startSandboxClient({ client: { timeout: 20 * SECOND } });
    for (let token = 0; token < 12; token += 1) {
      forget();
      await client.api.me();
    }
    expect(client.tokens.status().budgetLeft).toBe(3);
    client.sandbox.revokeAll();
    await client.api.me();
    expect(requests()).toBe(13);
    forget();
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
    expect(exception).toMatchObject({
      source: 'token',
      code: 'token_budget_spent',
      limit: 15,
      remaining: 0,
      outcome: 'not-sent',
    });
    expect(requests()).toBe(13);
    client.sandbox.clock.advance(MINUTE);
    await client.api.me();
    expect(requests()).toBe(14);
  });

  it('waits for its budget when the timeout of the call allows it', async () => {
    client = await startSandboxClient({ client: { token: { budget: 1 } } });
    await client.api.me();
    client.sandbox.clock.advance(55 * SECOND);
    forget();
    const waiting = client.api.me();
    expect(await exceptionOf(client.api.get('/payments/', { timeout: SECOND }))).toMatchObject({
      code: 'token_budget_spent',
    });
    client.sandbox.clock.advance(5 * SECOND);
    await expect(waiting).resolves.toMatchObject({ name: 'Your Merchant Name' });
    expect(requests()).toBe(2);
  });

  it('shares its budget with the other clients of the origin', async () => {
    client = await startSandboxClient({ client: { token: { budget: 1 } } });
    await client.api.me();
    const other = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({ ...client.sandbox.moduleOptions, token: { budget: 1 } }),
      ],
    }).compile();
    other.useLogger(false);
    await other.init();
    expect(await exceptionOf(other.get(CryptofuseService).me())).toMatchObject({
      code: 'token_budget_spent',
    });
    await other.close();
    expect(requests()).toBe(1);
  });

  it('rejects with the 401 when the budget forbids another token', async () => {
    client = await startSandboxClient({ client: { token: { budget: 1 } } });
    await client.api.me();
    client.sandbox.revokeAll();
    const exception = await exceptionOf(client.api.me());
    expect(exception).toBeInstanceOf(CryptofuseAuthenticationException);
    expect(exception.upstreamStatus).toBe(401);
    expect(requests()).toBe(1);
  });

  const soon = (seconds: number): string => String(Math.floor(Date.now() / SECOND) + seconds);

  it.each([
    ['Retry-After in seconds', () => ({ 'retry-after': '5' })],
    [
      'Retry-After as a date',
      () => ({ 'retry-after': new Date(Date.now() + 6 * SECOND).toUTCString() }),
    ],
    ['X-RateLimit-Reset', () => ({ 'x-ratelimit-reset': soon(6) })],
  ])(
    'sends no token request after a 429 with %s, and waits when the timeout of the call allows it',
    async (_, headers) => {
      client = await startSandboxClient();
      client.sandbox.fail(limited(headers()));
      const waiting = client.api.me();
      await until(() => client.sandbox.requests.at(-1)?.status === 429);
      expect(await exceptionOf(client.api.get('/payments/', { timeout: SECOND }))).toBeInstanceOf(
        CryptofuseRateLimitException,
      );
      expect(requests()).toBe(1);
      client.sandbox.clock.advance(7 * SECOND);
      await expect(waiting).resolves.toMatchObject({ name: 'Your Merchant Name' });
      expect(requests()).toBe(2);
    },
  );

  it('asks again after ten minutes, however long the Retry-After', async () => {
    client = await startSandboxClient();
    client.sandbox.fail(limited({ 'retry-after': '86400' }));
    expect(await exceptionOf(client.api.me())).toMatchObject({ code: 'rate_limit_exceeded' });
    client.sandbox.clock.advance(9 * MINUTE);
    await exceptionOf(client.api.me());
    expect(requests()).toBe(1);
    client.sandbox.clock.advance(MINUTE);
    await client.api.me();
    expect(requests()).toBe(2);
  });

  it('remembers that credentials are refused, each time for longer, and tries a new secret at once', async () => {
    let secret = 'wrong';
    client = await startSandboxClient({ client: { clientSecret: () => secret } });
    const refused = async (): Promise<void> => {
      const exception = await exceptionOf(client.api.me());
      expect(exception).toMatchObject({ code: 'invalid_client', upstreamStatus: 401 });
    };
    for (let call = 0; call < 20; call += 1) await refused();
    expect(requests()).toBe(1);
    const { lastFailure } = client.tokens.status();
    expect(lastFailure).toMatchObject({ code: 'invalid_client', at: expect.any(Date) });
    expect(lastFailure?.rememberedUntil?.getTime()).toBeGreaterThan(client.sandbox.clock.now());
    client.sandbox.clock.advance(5 * SECOND);
    for (let call = 0; call < 20; call += 1) await refused();
    expect(requests()).toBe(2);
    client.sandbox.clock.advance(5 * SECOND);
    await refused();
    expect(requests()).toBe(2);
    secret = client.sandbox.clientSecret;
    await client.api.me();
    expect(requests()).toBe(3);
    expect(client.tokens.status().lastFailure).toBeUndefined();
  });

  it('calls the secret function once more when its secret is refused', async () => {
    const secrets = ['rotated-away'];
    client = await startSandboxClient({
      client: { clientSecret: () => secrets.pop() ?? client.sandbox.clientSecret },
    });
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    expect(client.sandbox.counters).toMatchObject({ tokenRequests: 2, tokenRefusals: 1 });
  });

  it.each([
    ['a cut connection', { reset: 'before' as const }],
    ['a 503', { status: 503 }],
    ['a page', { html: true as const }],
  ])('retries a token request that meets %s, briefly', async (_, fault) => {
    client = await startSandboxClient();
    client.sandbox.fail({ on: 'token', times: 2, ...fault });
    await expect(hurried(client.sandbox.clock, client.api.me())).resolves.toMatchObject({
      name: 'Your Merchant Name',
    });
    expect(requests()).toBe(3);
  });

  it('asks a failing endpoint ever more rarely, and recovers soon after it does', async () => {
    client = await startSandboxClient();
    client.sandbox.fail({ on: 'token', status: 503, times: Infinity });
    await exceptionOf(hurried(client.sandbox.clock, client.api.me()));
    for (let call = 0; call < 50; call += 1) {
      expect(await exceptionOf(client.api.me())).toBeInstanceOf(CryptofuseServerException);
    }
    expect(requests()).toBeLessThanOrEqual(5);
    client.sandbox.clearFaults();
    client.sandbox.clock.advance(6 * SECOND);
    await client.api.me();
  });

  it('requests a token for a caller whose token has expired, even right after failed renewals', async () => {
    client = await startSandboxClient();
    await client.api.me();
    client.sandbox.fail({ on: 'token', status: 503, times: Infinity });
    client.sandbox.clock.advance(57 * MINUTE);
    const isRemembered = (): boolean => {
      const until = client.tokens.status().lastFailure?.rememberedUntil?.getTime() ?? 0;
      return until > client.sandbox.clock.now();
    };
    await hurried(client.sandbox.clock, until(isRemembered));
    client.sandbox.clock.jumpWall(5 * MINUTE);
    expect(client.tokens.status().state).toBe('expired');
    client.sandbox.clearFaults();
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
  });

  it('gives each waiting caller a separate exception, with a separate stack', async () => {
    client = await startSandboxClient({ client: { clientSecret: 'wrong' } });
    async function firstCaller(): Promise<unknown> {
      return await client.tokens.getToken();
    }
    async function secondCaller(): Promise<unknown> {
      return await client.tokens.getToken();
    }
    const [first, second] = await Promise.all([firstCaller(), secondCaller()].map(exceptionOf));
    expect(first).not.toBe(second);
    expect(first?.stack).toContain('firstCaller');
    expect(second?.stack).toContain('secondCaller');
  });

  it('renews a token in use ahead of time, and lets an unused one expire', async () => {
    client = await startSandboxClient();
    await client.api.me();
    expect(client.tokens.status().nextRenewalAt?.getTime()).toBeGreaterThan(
      client.sandbox.clock.now() + 55 * MINUTE - SECOND,
    );
    client.sandbox.clock.advance(56 * MINUTE);
    await until(() => client.tokens.status().state === 'fresh');
    expect(requests()).toBe(2);
    client.sandbox.clock.advance(2 * HOUR);
    expect(client.tokens.status()).toMatchObject({ state: 'expired', isFetching: false });
    expect(requests()).toBe(2);
  });

  it('warns once of renewals that fail, and tries again by itself until one succeeds', async () => {
    client = await startSandboxClient();
    const lines = LoggedLines.collect();
    try {
      await client.api.me();
      client.sandbox.fail({ on: 'token', status: 503, times: 6 });
      client.sandbox.clock.advance(56 * MINUTE);
      const renewed = until(() => client.tokens.status().state === 'fresh');
      await hurried(client.sandbox.clock, renewed);
      expect(requests()).toBe(8);
      expect(lines.warnings).toHaveLength(1);
      expect(lines.warnings[0]).toContain('http_503');
    } finally {
      lines.release();
    }
  });

  it.each([
    ['back', -2 * HOUR],
    ['forward', 2 * HOUR],
  ])(
    'sends no expired token and asks for no more than one when the clock is set %s',
    async (_, jump) => {
      client = await startSandboxClient();
      await client.api.me();
      client.sandbox.clock.jumpWall(jump);
      for (let call = 0; call < 20; call += 1) await client.api.me();
      expect(requests()).toBeLessThanOrEqual(2);
      const { unauthorized } = client.sandbox.counters;
      client.sandbox.clock.advance(HOUR);
      await client.api.me();
      expect(client.sandbox.counters.unauthorized).toBe(unauthorized);
    },
  );

  it('measures how far the clocks differ, says so once, and names it when a token is refused', async () => {
    client = await startSandboxClient();
    const lines = LoggedLines.collect();
    try {
      const ahead = new Date(client.sandbox.clock.now() + 90 * SECOND).toUTCString();
      client.sandbox.fail({ on: 'token', headers: { date: ahead }, times: Infinity });
      await client.api.me();
      forget();
      await client.api.me();
      const { clockSkew = 0 } = client.tokens.status();
      expect(Math.abs(clockSkew - 90 * SECOND)).toBeLessThan(3 * SECOND);
      expect(lines.warnings.filter((line) => line.includes('time synchronisation'))).toHaveLength(
        1,
      );
      client.sandbox.fail({ on: 'api', status: 401, times: 2 });
      const { hint } = await exceptionOf(client.api.me());
      expect(hint).toMatch(/differ by (8|9)\d s/);
    } finally {
      lines.release();
    }
  });

  it('reports its state without a secret', async () => {
    client = await startSandboxClient();
    expect(client.tokens.status()).toMatchObject({ state: 'none', age: undefined, budgetLeft: 15 });
    const token = await client.tokens.getToken();
    const status = client.tokens.status();
    expect(status).toMatchObject({
      state: 'fresh',
      scopes: ['read', 'write'],
      isFetching: false,
      lastFailure: undefined,
      budgetLeft: 14,
      clockSkew: 0,
      generation: 0,
    });
    expect(status.age).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(status)).not.toContain(token);
  });
});
