import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseAuthenticationException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import type { ClientCredentials, ContractTarget } from './contract-target.js';
import { contractTargets } from './contract-targets.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe.each(contractTargets())('the package on the $name server', (startable) => {
  let target: ContractTarget;
  const modules: TestingModule[] = [];

  beforeAll(async () => {
    target = await startable.start('/api/v1');
  });
  afterAll(() => target.stop());
  beforeEach(() => target.reset());
  afterEach(async () => {
    await closeAll();
  });

  /** Clients of one origin share a budget, which ends with the last of them. */
  async function closeAll(): Promise<void> {
    for (const module of modules.splice(0)) await module.close();
  }

  async function client(options: CryptofuseModuleOptions = {}, who: ClientCredentials = target) {
    const { clientId, clientSecret } = who;
    const imports = [
      CryptofuseModule.forRoot({ clientId, clientSecret, baseUrl: target.url, ...options }),
    ];
    const module = await Test.createTestingModule({ imports }).compile();
    modules.push(module);
    module.useLogger(false);
    await module.init();
    return {
      api: module.get(CryptofuseService),
      http: module.get(CryptofuseHttpService),
      tokens: module.get(CryptofuseTokenService),
    };
  }

  it('reads the merchant and creates, reads, changes and deletes a payment', async () => {
    const { api, http } = await client();
    await expect(api.me()).resolves.toMatchObject({ name: expect.any(String) });
    const created = await api.post<{ id: string }>('/payments/', PAYMENT);
    const path = `/payments/${created.id}/`;
    await expect(api.patch(path, { amount: '11.00' })).resolves.toMatchObject({ amount: '11.00' });
    await expect(firstValueFrom(http.get(path))).resolves.toMatchObject({
      data: { amount: '11.00' },
    });
    await expect(api.delete(path)).resolves.toBeUndefined();
    expect(await target.counters()).toMatchObject({ tokenRequests: 1, payments: 0 });
  });

  it('creates with forms and streams', async () => {
    const { api } = await client();
    const form = new FormData();
    form.set('amount', '1.00');
    form.set('currency', 'USDT');
    await expect(api.post('/payments/', form)).resolves.toMatchObject({ amount: '1.00' });
    await expect(api.post('/payments/', new URLSearchParams(PAYMENT))).resolves.toMatchObject(
      PAYMENT,
    );
    const stream = Readable.from([Buffer.alloc(70_000)]);
    await expect(api.post('/echo/', stream)).resolves.toMatchObject({ bytes: 70_000 });
    expect(await target.counters()).toMatchObject({ payments: 2 });
  });

  it('makes a thousand calls at once with one token request', async () => {
    const { api } = await client();
    const settled = await Promise.allSettled(Array.from({ length: 1_000 }, () => api.me()));
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await target.counters()).toMatchObject({ tokenRequests: 1 });
  });

  it('recovers five hundred calls from a revocation with one more token request', async () => {
    const { api } = await client();
    await api.me();
    const calls = Array.from({ length: 500 }, () => api.me());
    const revoked = target.revokeAll();
    const settled = await Promise.allSettled(calls);
    await revoked;
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    await api.me();
    expect(await target.counters()).toMatchObject({ tokenRequests: 2 });
  });

  it('recovers a payment from an expired token without paying twice', async () => {
    const { api } = await client();
    await api.me();
    await target.expireAll();
    await expect(api.post('/payments/', PAYMENT)).resolves.toMatchObject(PAYMENT);
    expect(await target.counters()).toMatchObject({ tokenRequests: 2, payments: 1 });
  });

  it.each([
    ['+ and %', { clientId: 'shop+1%20x', clientSecret: 'p+ss%41word' }],
    ['a colon', { clientId: 'shop-2', clientSecret: 'a:b:c' }],
    ['UTF-8', { clientId: 'shöp', clientSecret: 'wörd €' }],
  ])('authenticates with credentials that hold %s', async (_, credentials) => {
    const who = await target.addClient(credentials);
    const { api } = await client({}, who);
    await expect(api.me()).resolves.toMatchObject({ name: expect.any(String) });
  });

  it('revokes its token', async () => {
    const { api, tokens } = await client();
    const token = await tokens.getToken();
    await tokens.revoke();
    await api.me();
    await expect(tokens.getToken()).resolves.not.toBe(token);
    expect(await target.counters()).toMatchObject({ revocations: 1, tokenRequests: 2 });
  });

  it('serves those who wait with a token that has no usable life', async () => {
    await target.setTokenLifetime(0);
    const { tokens } = await client();
    await expect(tokens.getToken()).resolves.toMatch(/^\w{30}$/);
    expect(tokens.status().state).toBe('none');
  });

  it('rotates to the second of a pair of secrets', async () => {
    const { clientId, clientSecret: previous } = target;
    const current = await target.rotateSecret();
    const { api } = await client({}, { clientId, clientSecret: current });
    await api.me();
    await closeAll();
    const other = await client({ clientSecret: [previous, current] });
    await expect(other.api.me()).resolves.toMatchObject({ name: expect.any(String) });
  });

  it('distinguishes a wrong secret, a scope too wide and a grant that is not allowed', async () => {
    const wrong = await client({ clientSecret: 'wrong' });
    const refused = await exceptionOf(wrong.api.me());
    expect(refused).toBeInstanceOf(CryptofuseAuthenticationException);
    expect(refused).toMatchObject({ code: 'invalid_client', upstreamStatus: 401 });
    await closeAll();
    const scope = await exceptionOf((await client({ scopes: ['admin'] })).api.me());
    expect(scope).toBeInstanceOf(CryptofusePermissionException);
    expect(scope).toMatchObject({ code: 'invalid_scope', requiredScopes: ['admin'] });
    await closeAll();
    const who = await target.addClient({ grant: 'authorization-code' });
    const grant = await exceptionOf((await client({}, who)).api.me());
    expect(grant).toBeInstanceOf(CryptofuseAuthenticationException);
    expect(grant.code).toBe('unauthorized_client');
  });

  it('distinguishes a missing scope, a missing page, a bad amount and a missing slash', async () => {
    const { api } = await client();
    const reader = await client({ scopes: ['read'] });
    const missing = await exceptionOf(reader.api.post('/payments/', PAYMENT));
    expect(missing).toBeInstanceOf(CryptofusePermissionException);
    expect(missing).toMatchObject({ requiredScopes: ['write'], tokenScopes: ['read'] });
    await closeAll();
    const writer = (await client()).api;
    expect(api).not.toBe(writer);
    expect(await exceptionOf(writer.get('/payments/none/'))).toMatchObject({ code: 'not_found' });
    const amount = await exceptionOf(writer.post('/payments/', { ...PAYMENT, amount: '-1' }));
    expect(amount).toBeInstanceOf(CryptofuseRequestException);
    expect(amount).toMatchObject({ code: 'invalid_amount', upstreamStatus: 422 });
    const slash = await exceptionOf(writer.post('/payments', PAYMENT));
    expect(slash).toBeInstanceOf(CryptofuseServerException);
    expect(slash.code).toBe('redirect_refused');
    await expect(writer.get('/payments')).resolves.toEqual([]);
  });

  it('reports the limits of both endpoints', async () => {
    await target.setLimits({ tokenRequestsPerMinute: 1, apiRequestsPerHour: 1 });
    const { api, tokens } = await client();
    await api.me();
    const spent = await exceptionOf(api.me());
    expect(spent).toBeInstanceOf(CryptofuseRateLimitException);
    expect(spent).toMatchObject({ source: 'api', limit: 1, remaining: 0 });
    tokens.invalidate();
    const token = await exceptionOf(api.me());
    expect(token).toMatchObject({
      source: 'token',
      limit: 1,
      remaining: 0,
      resetAt: expect.any(Date),
    });
  });

  it('names a wrong base URL', async () => {
    const { api } = await client({ baseUrl: new URL(target.url).origin });
    const exception = await exceptionOf(api.me());
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception).toMatchObject({ upstreamStatus: 404 });
    expect(exception.hint).toContain('baseUrl');
  });
});
