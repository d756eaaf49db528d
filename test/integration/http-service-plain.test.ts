import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AxiosHeaders, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { getEventListeners } from 'node:events';
import { firstValueFrom, type Observable } from 'rxjs';
import type { CryptofuseHttpService } from '../../lib/index.js';
import { plainCallOf } from '../../lib/http-service/plain-calls.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

type Send = (http: CryptofuseHttpService) => Observable<AxiosResponse<unknown>>;

const SENT: readonly (readonly [string, Send])[] = [
  ['GET', (http) => http.get('/payments/')],
  ['GET with parameters', (http) => http.get('/payments/', { params: { page: 2, q: "a b'ü&=+" } })],
  ['GET with a query and parameters', (http) => http.get('/echo/?a=1', { params: { b: '' } })],
  ['GET with headers', (http) => http.get('/echo/', { headers: { 'X-Shop': '7', Accept: 'a/b' } })],
  ['GET with a timeout of none', (http) => http.get('/echo/', { timeout: 0 })],
  ['HEAD', (http) => http.head('/payments/')],
  ['DELETE', (http) => http.delete('/payments/none/')],
  ['POST', (http) => http.post('/echo/', { amount: '10.00', list: [1, undefined, null] })],
  ['POST of a list', (http) => http.post('/echo/', ['ü', { a: 1 }])],
  [
    'GET with a header in small letters',
    (http) => http.get('/echo/', { headers: { accept: 'a/b' } }),
  ],
  ['PUT', (http) => http.put('/echo/', {}, { headers: { 'x-shop': '7' } })],
  ['PATCH', (http) => http.patch('/echo/', { a: 'b' }, { params: { c: 3 } })],
  ['a path outside', (http) => http.get('//elsewhere.example/')],
  ['a header that is not its own', (http) => http.get('/echo/', { headers: { Cookie: 'a=b' } })],
];

describe('a plain call of CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: false } });
  });
  afterEach(() => client.stop());

  async function outcomeOf(send: Send): Promise<unknown> {
    const before = client.sandbox.requests.length;
    const settled = await firstValueFrom(send(client.http)).then(
      ({ data, status, statusText, headers, config }) => ({
        answer: [data, status, statusText, Object.assign({}, headers, { date: undefined })],
        call: [config.method, config.url, config.headers.toJSON(), config.data as unknown],
        stated: [config.params as unknown, config.timeout ?? 0],
      }),
      (error: unknown) => [error?.constructor, (error as { code?: unknown }).code],
    );
    const requests = client.sandbox.requests
      .slice(before)
      .filter(({ path }) => path !== '/o/token/');
    return { settled, requests: requests.map((request) => ({ ...request, at: 0 })) };
  }

  it.each(SENT)('%s is sent and resolves as it does with axios', async (_, send) => {
    const plain = await outcomeOf(send);
    // The application may have changed an instance that it accessed, so every call goes through axios from now on.
    expect(client.http.axiosRef.defaults).toBeDefined();
    expect(await outcomeOf(send)).toEqual(plain);
  });

  it('is sent anew by each subscription', async () => {
    const call = client.http.get('/payments/');
    await firstValueFrom(call);
    await firstValueFrom(call);
    expect(client.sandbox.counters.apiRequests).toBe(2);
  });

  it('goes through axios once the application has accessed the instance', async () => {
    client.http.axiosRef.interceptors.request.use((config) => {
      config.headers.set('x-request-id', 'r1');
      return config;
    });
    await firstValueFrom(client.http.get('/payments/'));
    expect(client.sandbox.requests.at(-1)?.headers['x-request-id']).toBe('r1');
  });

  it('has only what it states in the config of its response', async () => {
    const config = { params: { page: 2 }, headers: { 'x-shop': '7' }, signal: undefined };
    const calls: readonly (readonly [Send, readonly string[]])[] = [
      [(http) => http.get('/payments/'), []],
      [(http) => http.get('/payments/', {}), []],
      [(http) => http.get('/payments/', config), ['params', 'signal']],
      [(http) => http.post('/echo/', {}), ['data']],
      [(http) => http.post('/echo/', {}, config), ['data', 'params', 'signal']],
    ];
    for (const [send, stated] of calls) {
      const answer = await firstValueFrom(send(client.http));
      const names = ['headers', 'method', 'url', ...stated].sort();
      expect(Object.keys(answer.config).sort()).toEqual(names);
      expect(answer.config.headers).toBeInstanceOf(AxiosHeaders);
      expect(answer.headers).toBeInstanceOf(AxiosHeaders);
    }
    expect(config.headers).toEqual({ 'x-shop': '7' });
  });

  it('may have its response changed without affecting another call', async () => {
    const call = client.http.get('/payments/');
    const first = await firstValueFrom(call);
    first.config.headers.set('Accept', 'a/b');
    Object.assign(first.config, { url: '/elsewhere/' });
    const { config } = await firstValueFrom(call);
    expect([config.url, config.headers.get('accept')]).toEqual([
      '/payments/',
      'application/json, text/plain, */*',
    ]);
  });

  it.each<readonly [string, Send]>([
    ['when it is not sent', (http) => http.get('//elsewhere.example/')],
    ['when the response is an error', (http) => http.get('/payments/none/')],
  ])('fails after its subscription, %s', async (_, send) => {
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      send(client.http).subscribe({
        error: () => {
          told.push('error');
          resolve();
        },
      });
      told.push('subscribed');
    });
    expect(told).toEqual(['subscribed', 'error']);
  });

  it('leaves no listener on its signal, whether it resolves, fails or is unsubscribed from', async () => {
    const { signal } = new AbortController();
    await firstValueFrom(client.http.get('/payments/', { signal }));
    await exceptionOf(firstValueFrom(client.http.get('/payments/none/', { signal })));
    const before = client.sandbox.requests.length;
    client.http.get('/payments/', { signal }).subscribe().unsubscribe();
    await until(() => getEventListeners(signal, 'abort').length === 0);
    expect(client.sandbox.requests).toHaveLength(before);
  });

  it('ends with the reason of its signal', async () => {
    client.sandbox.fail({ on: 'api', hang: true });
    const controller = new AbortController();
    const { signal } = controller;
    const rejection = rejectionOf(firstValueFrom(client.http.get('/payments/', { signal })));
    await until(() => client.sandbox.counters.apiRequests === 1);
    controller.abort('left');
    expect(await rejection).toBe('left');
  });

  it('is a typed exception when it fails', async () => {
    client.sandbox.fail({ on: 'api', status: 503, body: { error: { code: 'down' } } });
    expect(await exceptionOf(firstValueFrom(client.http.get('/payments/')))).toMatchObject({
      code: 'down',
      upstreamStatus: 503,
    });
  });
});

describe('plainCallOf', () => {
  const unstated = { headers: undefined, params: undefined, timeout: undefined, signal: undefined };

  it.each([
    ['GET', ['/a/']],
    ['GET', ['/a/', undefined]],
    ['GET', ['/a/', {}]],
    ['POST', ['/a/', { a: 1 }]],
    ['POST', ['/a/', { a: 1 }, undefined]],
  ] as const)('makes the same of %s %j, whatever is left out', (method, args) => {
    const data: unknown = args[1];
    expect(plainCallOf(method, args)).toEqual({
      method,
      url: '/a/',
      data: method === 'POST' ? data : undefined,
      ...unstated,
      config: {},
    });
  });

  it('takes what is stated, and nothing from a polluted prototype', () => {
    const config = { headers: { a: 'b' }, params: { c: 1 }, timeout: 5 };
    Object.assign(Object.prototype, { timeout: 7, params: { d: 2 } });
    try {
      expect(plainCallOf('GET', ['/a/', config])).toMatchObject({ ...unstated, ...config, config });
      expect(plainCallOf('GET', ['/a/', {}])).toMatchObject({ ...unstated });
      expect(plainCallOf('GET', ['/a/'])).toMatchObject({ ...unstated });
    } finally {
      for (const name of ['timeout', 'params']) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it.each([[undefined], [1], [new URL('http://127.0.0.1/')]])(
    'leaves a URL that is %p to axios',
    (url) => {
      expect(plainCallOf('GET', [url])).toBeUndefined();
    },
  );

  const refused: readonly (readonly [string, AxiosRequestConfig])[] = [
    ['a response type', { responseType: 'stream' }],
    ['a transformer', { transformResponse: (data: unknown) => data }],
    ['a progress listener', { onDownloadProgress: () => undefined }],
    ['an adapter', { adapter: 'fetch' }],
    ['nested parameters', { params: { a: [1] } }],
    ['parameters of a class', { params: new URLSearchParams('a=1') }],
    ['a number as a header', { headers: { a: 1 } }],
    ['no configuration but null', null as unknown as AxiosRequestConfig],
    ['a signal that was aborted', { signal: AbortSignal.abort() }],
  ];

  it.each(refused)('leaves a call with %s to axios', (_, config) => {
    expect(plainCallOf('GET', ['/a/', config])).toBeUndefined();
  });

  it.each([
    ['text', 'a=b'],
    ['bytes', Buffer.from('a')],
    ['a form', new URLSearchParams()],
    ['null', null],
    ['none', undefined],
  ])('leaves a body that is %s to axios', (_, data) => {
    expect(plainCallOf('POST', ['/a/', data])).toBeUndefined();
  });

  it('leaves to axios a body whose type is stated', () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(plainCallOf('POST', ['/a/', { a: 1 }, { headers }])).toBeUndefined();
  });
});
