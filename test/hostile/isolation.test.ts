import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Test, type TestingModule } from '@nestjs/testing';
import axios, { type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios';
import http from 'node:http';
import https from 'node:https';
import { lastValueFrom } from 'rxjs';
import { CryptofuseHttpService, CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import { RawRecorder } from '../support/raw-recorder.js';
import { Sink } from '../support/sink.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const MOMENTS = ['before', 'after'] as const;

const called = jest.fn();
const refuse = (): never => {
  called();
  throw new Error('What is stated for another axios was called.');
};

/** Defaults that an application may set on the global axios. */
const STATED: readonly ((sink: Sink) => AxiosRequestConfig)[] = [
  () => ({ auth: { username: 'evil', password: 'evil' } }),
  ({ url }) => ({ baseURL: url }),
  ({ url }) => ({ allowAbsoluteUrls: false, baseURL: url }),
  ({ port }) => ({ proxy: { protocol: 'http', host: '127.0.0.1', port } }),
  ({ url }) => ({ url, method: 'DELETE', data: 'evil' }),
  () => ({ params: { evil: 1 } }),
  () => ({ paramsSerializer: () => 'evil=1' }),
  () => ({ adapter: refuse }),
  () => ({ adapter: 'fetch' }),
  () => ({ socketPath: '/tmp/evil.sock' }),
  () => ({ transport: { request: refuse } }),
  () => ({ lookup: refuse }),
  () => ({ httpAgent: { addRequest: refuse }, httpsAgent: { addRequest: refuse } }),
  () => ({ transformRequest: [refuse] }),
  () => ({ transformResponse: [refuse] }),
  () => ({ validateStatus: () => false }),
  () => ({ timeout: 1 }),
  () => ({ signal: AbortSignal.abort() }),
  () => ({
    cancelToken: new axios.CancelToken((cancel) => {
      cancel('evil');
    }),
  }),
  () => ({ maxRedirects: 21, beforeRedirect: refuse }),
  () => ({ maxContentLength: 1, maxBodyLength: 1 }),
  () => ({ maxRate: 1, onUploadProgress: refuse, onDownloadProgress: refuse }),
  () => ({ responseType: 'stream' }),
  () => ({ responseEncoding: 'base64', decompress: true }),
  () => ({ withCredentials: true, withXSRFToken: true, xsrfHeaderName: 'x-evil' }),
  () => ({ transitional: { forcedJSONParsing: false }, insecureHTTPParser: true }),
  () => ({ family: 6, httpVersion: 2 }),
  () => ({ env: { fetch: refuse, Request: undefined } }),
  () => ({ formSerializer: { visitor: refuse } }),
];

describe('the global axios', () => {
  let recorder: RawRecorder;
  let sink: Sink;
  let bytes: readonly string[];
  const defaults = { ...axios.defaults };
  const headers = JSON.stringify(axios.defaults.headers);

  async function start(): Promise<TestingModule> {
    const options = { clientId: 'client', clientSecret: 'client-secret', baseUrl: recorder.url };
    const imports = [CryptofuseModule.forRoot(options), HttpModule];
    const module = await Test.createTestingModule({ imports }).compile();
    module.useLogger(false);
    await module.init();
    return module;
  }

  async function call(module: TestingModule): Promise<readonly unknown[]> {
    const api = module.get(CryptofuseService);
    const service = module.get(CryptofuseHttpService);
    return [
      await api.post('/payments/', PAYMENT),
      await api.get('/payments/', { query: { page: 2 } }),
      (await lastValueFrom(service.post('/payments/', PAYMENT))).data as unknown,
      (await lastValueFrom(service.get('/payments/', { params: { page: 2 } }))).data as unknown,
      (await service.axiosRef('/payments/')).data as unknown,
    ];
  }

  /** Makes the calls of a client, running `spoil` before or after the module starts. */
  async function run(
    spoil: () => void,
    when: (typeof MOMENTS)[number],
  ): Promise<readonly string[]> {
    if (when === 'before') spoil();
    const module = await start();
    if (when === 'after') spoil();
    try {
      expect(await call(module)).toEqual(Array(5).fill({ ok: true }));
      return [...recorder.requests];
    } finally {
      recorder.take();
      restore();
      await module.close();
    }
  }

  function restore(): void {
    for (const name of Object.keys(axios.defaults)) Reflect.deleteProperty(axios.defaults, name);
    Object.assign(axios.defaults, defaults);
    axios.defaults.headers = JSON.parse(headers) as typeof axios.defaults.headers;
    axios.interceptors.request.clear();
    axios.interceptors.response.clear();
  }

  beforeAll(async () => {
    recorder = await RawRecorder.start();
    sink = await Sink.start();
    bytes = await run(() => undefined, 'before');
    expect(bytes).toHaveLength(6);
  });
  afterAll(async () => {
    await recorder.stop();
    await sink.stop();
  });
  afterEach(() => {
    restore();
    const calls = called.mock.calls.length;
    called.mockClear();
    expect(calls).toBe(0);
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  const rows = STATED.flatMap((stated) =>
    MOMENTS.map((when) => [String(stated).replace(/^.*=>/s, ''), when, stated] as const),
  );
  it.each(rows)('changes nothing by its defaults: %s, %s the start', async (_, when, stated) => {
    const spoil = (): void => {
      Object.assign(axios.defaults, stated(sink));
    };
    expect(await run(spoil, when)).toEqual(bytes);
  });

  it.each(MOMENTS)('changes nothing by its headers, %s the start', async (when) => {
    const spoil = (): void => {
      const evil = {
        Authorization: 'Bearer evil',
        Cookie: 'evil=1',
        'x-evil': '1',
        Accept: 'evil',
      };
      for (const method of ['common', 'get', 'post'] as const) {
        Object.assign(axios.defaults.headers[method], evil);
      }
      Object.assign(axios.defaults.headers, evil);
    };
    expect(await run(spoil, when)).toEqual(bytes);
  });

  it.each(MOMENTS)('changes nothing by its interceptors, %s the start', async (when) => {
    const spoil = (): void => {
      axios.interceptors.request.use((config: InternalAxiosRequestConfig) => {
        called();
        return { ...config, url: sink.url, adapter: refuse };
      });
      axios.interceptors.response.use(refuse, refuse);
    };
    expect(await run(spoil, when)).toEqual(bytes);
  });

  it('is unchanged after a client has made calls, and sends none of its bearers', async () => {
    const options: unknown = Reflect.get(http.globalAgent, 'options');
    const others = [options, https.globalAgent.options, process.env];
    const before = JSON.stringify(others);
    const prototype = Reflect.ownKeys(Object.prototype);
    const interceptors = (['request', 'response'] as const).map((name) =>
      JSON.stringify(axios.interceptors[name]),
    );
    const module = await start();
    await call(module);
    recorder.take();

    expect({ ...axios.defaults }).toEqual({ ...defaults, headers: JSON.parse(headers) as unknown });
    expect(
      (['request', 'response'] as const).map((name) => JSON.stringify(axios.interceptors[name])),
    ).toEqual(interceptors);
    expect(JSON.stringify(others)).toBe(before);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);

    const url = `${recorder.url}/foreign/`;
    await axios.get(url);
    await axios.create().post(url, PAYMENT);
    await lastValueFrom(module.get(HttpService, { strict: false }).get(url));
    await fetch(url);
    const sent = recorder.take();
    expect(sent).toHaveLength(4);
    expect(sent.join().toLowerCase()).not.toMatch(/authorization|bearer|recorded-token|nestjs-/);
    await module.close();
  });

  it('is not the axios of HttpService when both are imported', async () => {
    const module = await start();
    const foreign = module.get(HttpService, { strict: false });
    expect(module.get(CryptofuseHttpService).axiosRef).not.toBe(foreign.axiosRef);
    expect(foreign).not.toBeInstanceOf(CryptofuseHttpService);
    await module.close();
  });

  it('is not affected by what is set on the instance of a client', async () => {
    const module = await start();
    const { axiosRef } = module.get(CryptofuseHttpService);
    axiosRef.defaults.headers.common['x-shop'] = '7';
    axiosRef.interceptors.request.use((config) => {
      config.headers.set('x-added', '1');
      return config;
    });
    await axiosRef.get('/payments/');
    expect(recorder.take().join()).toMatch(/x-shop: 7/i);
    await axios.get(`${recorder.url}/foreign/`);
    expect(recorder.take().join()).not.toMatch(/x-shop|x-added/i);
    await module.close();
  });
});
