import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import type { CryptofuseInterceptor } from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

const BODIES: unknown[] = [];
const BODY_WATCH: CryptofuseInterceptor = {
  async intercept(request, next) {
    const response = await next(request);
    BODIES.push(response.body);
    return response;
  },
};

describe('a response of CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    BODIES.length = 0;
    client = await startSandboxClient({ client: { retry: false, interceptors: [BODY_WATCH] } });
  });
  afterEach(() => client.stop());

  const get = (config?: AxiosRequestConfig, path = '/payments/') =>
    lastValueFrom(client.http.get<unknown>(path, config));

  const EVERY_STATUS: readonly [string, AxiosRequestConfig][] = [
    ['null', { validateStatus: null }],
    ['a stated undefined', { validateStatus: undefined } as AxiosRequestConfig],
    ['a function', { validateStatus: () => true }],
  ];

  it.each(EVERY_STATUS)('of any status is data when validateStatus is %s', async (_, config) => {
    const missing = await get(config, '/payments/none/');
    expect(missing).toMatchObject({ status: 404, data: { error: { code: 'not_found' } } });
    client.sandbox.fail({ on: 'api', html: true, status: 502 });
    const page = await get(config);
    expect(page.status).toBe(502);
    expect(page.data).toContain('<html');
    client.sandbox.fail({ on: 'api', status: 500 });
    expect(await get(config)).toMatchObject({ status: 500, data: undefined });
    expect(await get(config)).toMatchObject({ status: 200, data: [] });
  });

  it('is judged by the default when transitional says that an undefined validateStatus does not resolve', async () => {
    const transitional = { validateStatusUndefinedResolves: false };
    const config = { validateStatus: undefined, transitional } as unknown as AxiosRequestConfig;
    expect((await exceptionOf(get(config, '/payments/none/'))).code).toBe('not_found');
  });

  it('is refused when validateStatus is not a function', async () => {
    const config = { validateStatus: 'yes' } as unknown as AxiosRequestConfig;
    expect((await exceptionOf(get(config))).message).toContain('validateStatus');
  });

  it('that is a page instead of JSON is an exception', async () => {
    for (const config of [{}, { validateStatus: () => true }]) {
      client.sandbox.fail({ on: 'api', html: true, status: 200 });
      expect(await exceptionOf(get(config))).toMatchObject({
        code: 'invalid_response',
        upstreamStatus: 200,
      });
    }
  });

  it.each(['text', 'json', 'arraybuffer', 'stream'] as const)(
    'that is an error is a typed exception when responseType is %s',
    async (responseType) => {
      const exception = await exceptionOf(get({ responseType }, '/payments/none/'));
      expect(exception).toMatchObject({ code: 'not_found', upstreamStatus: 404 });
    },
  );

  it('that is accepted has the type that responseType names', async () => {
    const config = { validateStatus: null } as const;
    const { data: asText } = await get({ ...config, responseType: 'text' }, '/payments/none/');
    expect(asText).toContain('"not_found"');
    const bytes = await get({ ...config, responseType: 'arraybuffer' }, '/payments/none/');
    expect(Buffer.isBuffer(bytes.data)).toBe(true);
    const stream = await get({ ...config, responseType: 'stream' }, '/payments/none/');
    await expect(text(stream.data as Readable)).resolves.toBe(asText);
  });

  it('reaches the transformers of a call as text, as with axios', async () => {
    const seen = jest.fn((data: string, _headers: unknown, status?: number) => [
      JSON.parse(data) as unknown,
      status,
    ]);
    expect((await get({ transformResponse: seen })).data).toEqual([[], 200]);
    const page = jest.fn((data: unknown) => data);
    client.sandbox.fail({ on: 'api', html: true, status: 200 });
    expect((await get({ transformResponse: [page] })).data).toContain('<html');
    expect((await get({ transformResponse: [] })).data).toBe('[]');
  });

  it('reaches them without a byte order mark', async () => {
    const headers = { 'content-type': 'application/json' };
    client.sandbox.fail({ on: 'api', status: 200, body: '\ufeff{"a":1}', headers });
    const parse = (data: string): unknown => JSON.parse(data);
    expect((await get({ transformResponse: parse })).data).toEqual({ a: 1 });
  });

  it('is parsed by the transformer of axios, or of the instance, when a call passes it', async () => {
    const wrap = (data: unknown): unknown => ({ data });
    const own = [client.http.axiosRef.defaults.transformResponse ?? []].flat();
    const parsers = [axios.defaults.transformResponse ?? []].flat();
    const asIs = (data: unknown): unknown => data;
    for (const transformResponse of [
      [...own, wrap],
      [...parsers, wrap],
      [asIs, ...own, wrap],
    ]) {
      expect((await get({ transformResponse })).data).toEqual({ data: [] });
    }
    client.http.axiosRef.defaults.transformResponse = [...own, wrap];
    expect((await get()).data).toEqual({ data: [] });
  });

  it('that is an error is a typed exception for a call with transformers', async () => {
    const transformResponse = jest.fn((data: unknown) => data);
    const exception = await exceptionOf(get({ transformResponse }, '/payments/none/'));
    expect(exception.code).toBe('not_found');
    expect(transformResponse).not.toHaveBeenCalled();
  });

  it('stays text when transitional forbids parsing it', async () => {
    const transitional = { forcedJSONParsing: false };
    expect((await get({ transitional })).data).toBe('[]');
    expect((await get({ transitional, responseType: 'json' })).data).toEqual([]);
  });

  it('reaches the interceptors of the package as parsed JSON', async () => {
    await get();
    expect(BODIES).toEqual([[]]);
  });

  it('that is a JSON string is parsed once', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const config of [{}, { validateStatus: null }]) {
      client.sandbox.fail({ on: 'api', status: 200, body: '"\\"a\\""', headers });
      expect((await get(config)).data).toBe('"a"');
    }
  });
});
