import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import {
  CryptofuseConfigException,
  CryptofuseDestinationException,
  CryptofuseServerException,
  CryptofuseTimeoutException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

interface Echo {
  readonly bytes: number;
  readonly content_type: string;
  readonly sha256: string;
}

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe('a call', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({
      sandbox: { prefix: '/api/v1' },
      client: { maxResponseSize: 10_000, retry: false },
    });
  });
  afterEach(() => client.stop());

  it('reads the merchant', async () => {
    await expect(client.api.me()).resolves.toEqual({
      name: 'Your Merchant Name',
      schema_name: 'tenant_yourname',
      created_on: '2025-01-01T00:00:00Z',
    });
  });

  it('lists, creates, reads, replaces, changes and deletes', async () => {
    const created = await client.api.post<{ id: string }>('/payments/', PAYMENT);
    const path = `/payments/${created.id}/`;
    await expect(client.api.get(path)).resolves.toMatchObject(PAYMENT);
    await expect(client.api.put(path, { ...PAYMENT, amount: '11.00' })).resolves.toMatchObject({
      amount: '11.00',
    });
    await expect(client.api.patch(path, { amount: '12.00' })).resolves.toMatchObject({
      amount: '12.00',
    });
    await expect(client.api.get('/payments/')).resolves.toHaveLength(1);
    await expect(client.api.delete(path)).resolves.toBeUndefined();
    await expect(client.api.request('GET', 'payments/')).resolves.toEqual([]);
  });

  it('repeats a query parameter for each member of a list', async () => {
    await client.api.get('/payments/', {
      query: { status: ['pending', 'paid'], page: 2, none: undefined, nil: null },
    });
    expect(client.sandbox.requests.at(-1)?.path).toBe(
      '/api/v1/payments/?status=pending&status=paid&page=2',
    );
  });

  it('takes an absolute URL below baseUrl', async () => {
    await expect(client.api.get(`${client.sandbox.url}/payments/`)).resolves.toEqual([]);
    const origin = new URL(client.sandbox.url).origin;
    const exception = await exceptionOf(client.api.get(`${origin}/other/`));
    expect(exception).toBeInstanceOf(CryptofuseDestinationException);
  });

  const form = new URLSearchParams(PAYMENT);
  const multipart = new FormData();
  multipart.set('amount', PAYMENT.amount);
  multipart.set('currency', PAYMENT.currency);

  it.each([
    ['JSON', PAYMENT, 'application/json'],
    ['a form', form, 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['a multipart form', multipart, expect.stringMatching(/^multipart\/form-data; boundary=/)],
  ])('creates with %s', async (_, body, contentType) => {
    await expect(client.api.post('/payments/', body)).resolves.toMatchObject(PAYMENT);
    expect(client.sandbox.requests.at(-1)?.headers['content-type']).toEqual(contentType);
    expect(client.sandbox.payments).toHaveLength(1);
  });

  const bytes = Buffer.from('{"amount": "ten"} é');
  async function* chunks(): AsyncGenerator<Buffer> {
    yield bytes.subarray(0, 5);
    yield await Promise.resolve(bytes.subarray(5));
  }

  it.each<[string, () => unknown, string]>([
    ['text', () => bytes.toString(), 'text/plain;charset=UTF-8'],
    ['a Buffer', () => bytes, 'application/octet-stream'],
    ['a Uint8Array', () => new Uint8Array(bytes), 'application/octet-stream'],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer, 'application/octet-stream'],
    ['a Blob', () => new Blob([bytes], { type: 'image/png' }), 'image/png'],
    ['a Readable', () => Readable.from([bytes]), 'application/octet-stream'],
    ['a web stream', () => new Blob([bytes]).stream(), 'application/octet-stream'],
    ['an async iterable', chunks, 'application/octet-stream'],
  ])('sends %s as what it is', async (_, body, contentType) => {
    const echo = await client.api.post<Echo>('/echo/', body());
    expect(echo).toEqual({
      bytes: bytes.length,
      content_type: contentType,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('is refused when its body cannot be JSON', async () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const body of [cycle, { amount: 1n }, () => 1, Symbol('body')]) {
      const error = await rejectionOf(client.api.post('/payments/', body));
      expect(error).toBeInstanceOf(CryptofuseConfigException);
    }
    expect(client.sandbox.requests.filter(({ path }) => path.includes('payments'))).toEqual([]);
  });

  it('follows a redirect of GET below baseUrl, and none of POST', async () => {
    await expect(client.api.get('/payments')).resolves.toEqual([]);
    const exception = await exceptionOf(client.api.post('/payments', PAYMENT));
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception).toMatchObject({
      code: 'redirect_refused',
      upstreamStatus: 301,
      outcome: 'refused',
    });
    expect(exception.hint).toContain('trailing slash');
    expect(client.sandbox.payments).toEqual([]);
  });

  it.each(['https://evil.example/', '/o/token/', '//evil.example/api/v1/', 'payments/\r\nx'])(
    'does not follow a redirect to %s',
    async (location) => {
      client.sandbox.fail({ on: 'api', status: 302, headers: { location: encodeURI(location) } });
      const before = client.sandbox.counters.apiRequests;
      const exception = await exceptionOf(client.api.get('/payments/'));
      const inside = location.startsWith('payments');
      expect(exception.code).toBe(inside ? 'http_404' : 'redirect_refused');
      expect(client.sandbox.counters.apiRequests - before).toBe(inside ? 2 : 1);
    },
  );

  it('follows a redirect without its fragment, which is never sent', async () => {
    const location = '/api/v1/payments/?page=2#top';
    client.sandbox.fail({ on: 'api', status: 302, headers: { location } });
    await client.api.get('/user/me/');
    expect(client.sandbox.requests.at(-1)?.path).toBe('/api/v1/payments/?page=2');
  });

  it('does not follow redirects for ever', async () => {
    const headers = { location: '/api/v1/payments/' };
    client.sandbox.fail({ on: 'api', status: 302, headers, times: Infinity });
    expect(await exceptionOf(client.api.get('/payments/'))).toMatchObject({
      code: 'redirect_refused',
    });
    expect(client.sandbox.counters.apiRequests).toBe(6);
  });

  it('refuses a response that is larger than maxResponseSize', async () => {
    const exception = await exceptionOf(client.api.get('/export/', { query: { bytes: 20_000 } }));
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception.code).toBe('response_too_large');
  });

  it('times out after its timeout', async () => {
    client.sandbox.fail({ on: 'api', hang: true });
    const waiting = exceptionOf(client.api.get('/payments/', { timeout: 1_000 }));
    await until(() => client.sandbox.counters.apiRequests === 1);
    client.sandbox.clock.advance(1_000);
    expect(await waiting).toBeInstanceOf(CryptofuseTimeoutException);
  });

  it('ends with the reason of its signal, and others go on', async () => {
    client.sandbox.fail({ on: 'api', delay: 1_000, times: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = rejectionOf(client.api.get('/payments/', { signal }));
    const other = client.api.get('/payments/');
    await until(() => client.sandbox.counters.apiRequests === 2);
    const reason = new Error('the customer left');
    controller.abort(reason);
    await expect(aborted).resolves.toBe(reason);
    await expect(rejectionOf(client.api.get('/payments/', { signal }))).resolves.toBe(reason);
    client.sandbox.clock.advance(1_000);
    await expect(other).resolves.toEqual([]);
    expect(client.sandbox.counters.apiRequests).toBe(2);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const { signal } = new AbortController();
    const calls = Array.from({ length: 50 }, () => client.api.get('/payments/', { signal }));
    await until(() => client.sandbox.counters.apiRequests > 0);
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    await Promise.all(calls);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([
    ['headers', { headers: { Authorization: 'Bearer mine' } }],
    ['headers', { headers: { 'x-note': 'a\r\nb: c' } }],
    ['headers', { headers: { 'no name': 'x' } }],
    ['headers', { headers: { 'content-length': '3' } }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: 2 ** 31 }],
    ['query', { query: { filter: {} as unknown as string } }],
  ])('is refused when its %s cannot work: %j', async (option, options) => {
    const error = await rejectionOf(client.api.get('/payments/', options));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as Error).message).toContain(option);
    expect(client.sandbox.requests).toEqual([]);
  });

  it('is refused when its method or path is invalid', async () => {
    const { api } = client;
    await expect(api.request('GE T', '/payments/')).rejects.toBeInstanceOf(
      CryptofuseConfigException,
    );
    await expect(api.get(undefined as unknown as string)).rejects.toBeInstanceOf(
      CryptofuseConfigException,
    );
    await expect(api.get('/payments/#1/')).rejects.toBeInstanceOf(CryptofuseDestinationException);
  });
});
