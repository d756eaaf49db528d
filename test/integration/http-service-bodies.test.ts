import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import type { SandboxRequest } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

interface Echo {
  readonly bytes: number;
  readonly content_type: string;
  readonly sha256: string;
}

interface FormPackage {
  append(name: string, value: unknown): void;
}

/** The `form-data` package, which comes with axios. */
const FormPackage = axios.defaults.env?.FormData as unknown as new () => FormPackage;

describe('a body of CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: false } });
    await client.tokens.getToken();
  });
  afterEach(() => client.stop());

  const last = (): SandboxRequest | undefined => client.sandbox.requests.at(-1);
  const post = async (data: unknown, config?: AxiosRequestConfig): Promise<Echo> =>
    (await lastValueFrom(client.http.post<Echo>('/echo/', data, config))).data;

  /** Returns the parts of the last multipart request by name. */
  function parts(): Record<string, string> {
    const { headers, body = '' } = last() ?? {};
    const [, boundary = ''] = /boundary=(.+)$/.exec(headers?.['content-type'] ?? '') ?? [];
    const sections = body.split(`--${boundary}`).slice(1, -1);
    return Object.fromEntries(
      sections.map((section) => {
        const [head = '', value = ''] = section.trim().split('\r\n\r\n');
        return [/ name="([^"]*)"/.exec(head)?.[1] ?? '', value];
      }),
    );
  }

  const OBJECT = { amount: '1.00', page: 2, paid: true, tags: ['a', 'b'], shop: { id: 'é' } };

  it.each([
    [
      'strings',
      OBJECT,
      { 'shop[id]': 'é', amount: '1.00', page: '2', paid: 'true', 'tags[]': 'b' },
    ],
    ['bytes', { file: Buffer.from('hey') }, { file: 'hey' }],
  ])('that is an object with %s is a form, sent again after a 401', async (_, data, expected) => {
    client.sandbox.revokeAll();
    await lastValueFrom(client.http.postForm('/payments/', data)).catch(() => undefined);
    const sent = client.sandbox.requests.filter(
      ({ method, path }) => method === 'POST' && path === '/payments/',
    );
    expect(sent.map(({ status }) => status === 401)).toEqual([true, false]);
    expect(sent[0]?.headers['content-length']).toBe(sent[1]?.headers['content-length']);
    expect(last()?.headers['content-type']).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(parts()).toEqual(expected);
  });

  it('is also a form when its header says so', async () => {
    const headers = { 'content-type': 'multipart/form-data' };
    const { http } = client;
    for (const method of ['post', 'put', 'patch']) {
      const call = { method, url: '/payments/1/', data: { a: 'b' }, headers };
      await lastValueFrom(http.request(call)).catch(() => 0);
      expect(parts()).toEqual({ a: 'b' });
    }
    await lastValueFrom(http.putForm('/payments/1/', { a: 'c' })).catch(() => 0);
    expect(parts()).toEqual({ a: 'c' });
    await lastValueFrom(http.patchForm('/payments/1/', { a: 'd' })).catch(() => 0);
    expect(parts()).toEqual({ a: 'd' });
    const urlencoded = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    await lastValueFrom(http.post('/payments/', OBJECT, urlencoded)).catch(() => 0);
    expect(Object.fromEntries(new URLSearchParams(last()?.body))).toMatchObject({
      'shop[id]': 'é',
      page: '2',
    });
    expect(last()?.headers['content-type']).toContain('application/x-www-form-urlencoded');
  });

  it('that is a form of the form-data package without streams is sent again', async () => {
    const form = new FormPackage();
    form.append('amount', '1.00');
    form.append('file', Buffer.from('hey'));
    client.sandbox.revokeAll();
    const first = await post(form);
    expect(first.content_type).toContain('multipart/form-data');
    expect(await post(form)).toEqual(first);
  });

  it('that is an empty object is an empty form', async () => {
    const sent = await lastValueFrom(client.http.postForm<Echo>('/echo/', {}));
    expect(sent.data.content_type).toContain('multipart/form-data');
  });

  it('that is an object with a stream is sent once', async () => {
    const make = () => ({ a: 'b', file: Readable.from([Buffer.from('hey')]) });
    const sent = await lastValueFrom(client.http.postForm<Echo>('/echo/', make()));
    expect(sent.data.content_type).toContain('multipart/form-data');
    expect(sent.data.bytes).toBeGreaterThan(200);
    client.sandbox.revokeAll();
    const exception = await exceptionOf(lastValueFrom(client.http.postForm('/echo/', make())));
    expect(exception).toMatchObject({ upstreamStatus: 401 });
  });

  it.each<[string, object]>([
    ['a Blob', { a: { file: new Blob(['hey']) }, n: 5 }],
    ['a File', { file: new File(['hey'], 'a.txt') }],
    ['a stream beside a Blob', { a: new Blob(['1']), b: Readable.from(['2']) }],
  ])('that is an object with %s is refused as a form', async (_, data) => {
    const exception = await exceptionOf(lastValueFrom(client.http.postForm('/echo/', data)));
    expect(exception).toMatchObject({ code: 'invalid_options' });
    expect(exception.message).toContain('data: cannot be written as a form');
    expect(client.sandbox.counters.apiRequests).toBe(0);
  });

  it('that is a view of bytes sends the view, not the whole buffer behind it', async () => {
    const memory = new TextEncoder().encode('secret hey secret');
    const sha256 = createHash('sha256').update('hey').digest('hex');
    for (const data of [memory.subarray(7, 10), new DataView(memory.buffer, 7, 3)]) {
      expect(await post(data)).toMatchObject({ bytes: 3, sha256 });
    }
  });

  it('keeps its own content type when axios would guess one', async () => {
    const blob = new Blob(['hey'], { type: 'image/png' });
    expect((await post(blob)).content_type).toBe('image/png');
    expect((await post(5)).content_type).toBe('application/json');
    expect((await post('a=b')).content_type).toBe('application/x-www-form-urlencoded');
    const headers = { 'content-type': 'image/gif' };
    expect((await post(blob, { headers })).content_type).toBe('image/gif');
    expect((await post(new URLSearchParams({ a: 'b' }))).content_type).toContain('urlencoded');
  });

  it('is what transformRequest makes of it', async () => {
    const transformRequest = [(data: { a: number }) => `a is ${data.a}`];
    expect(await post({ a: 1 }, { transformRequest })).toMatchObject({ bytes: 6 });
  });
});

describe('a header of CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  const send = async (headers: Record<string, unknown>) => {
    await lastValueFrom(client.http.get('/payments/', { headers } as AxiosRequestConfig));
    return client.sandbox.requests.at(-1)?.headers ?? {};
  };

  it('is converted to text from every type that axios takes', async () => {
    const sent = await send({
      'x-list': ['a', 'b', 3],
      'x-number': 5,
      'x-true': true,
      'x-false': false,
      'x-null': null,
      'x-none': undefined,
    });
    expect(sent).toMatchObject({ 'x-list': 'a, b, 3', 'x-number': '5', 'x-true': 'true' });
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['x-false']));
    expect(sent).not.toHaveProperty('x-null');
    expect(sent).not.toHaveProperty('x-none');
  });

  it('that reaches axios with a line break adds no second header', async () => {
    const split = 'a\r\nx-injected: 1';
    client.http.axiosRef.interceptors.request.use((config) => {
      Object.assign(config.headers, { 'x-late': split });
      return config;
    });
    const sent = await send({ 'x-list': [split, 'b'] });
    expect(sent).not.toHaveProperty('x-injected');
    expect(sent).toMatchObject({ 'x-late': 'ax-injected: 1', 'x-list': 'ax-injected: 1, b' });
  });

  it.each<Record<string, string | string[]>>([
    { 'x-text': '€' },
    { 'x-text': 'a\r\nx-injected: 1' },
    { 'x y': 'a' },
    { host: 'a' },
    { Authorization: 'Bearer mine' },
  ])('is refused when it is %p', async (headers) => {
    const exception = await exceptionOf(send(headers));
    expect(exception).toMatchObject({ code: 'invalid_options' });
    expect(exception.message).toContain(JSON.stringify(Object.keys(headers)[0]));
    expect(client.sandbox.requests).toEqual([]);
  });
});
