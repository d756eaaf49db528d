import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios, { type AxiosAdapter, type AxiosRequestConfig } from 'axios';
import { lastValueFrom } from 'rxjs';
import { CryptofuseConfigException } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

const FOREIGN: AxiosAdapter = (config) =>
  Promise.resolve({ data: 'foreign', status: 200, statusText: 'OK', headers: {}, config });

describe('CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  /** Expects `call` to be refused for `option`, and nothing to be sent. */
  async function expectRefusal(call: Promise<unknown>, option: string): Promise<void> {
    expect(refusedOptions(await rejectionOf(call))).toEqual([option]);
    expect(client.sandbox.requests).toEqual([]);
  }

  function refusedOptions(error: unknown): readonly string[] {
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    return (error as CryptofuseConfigException).problems.map(({ property }) => property);
  }

  const REFUSED: readonly AxiosRequestConfig[] = [
    { auth: { username: 'a', password: 'b' } },
    { baseURL: 'https://evil.example' },
    { proxy: { host: 'evil.example', port: 1 } },
    { proxy: false },
    { socketPath: '/tmp/evil' },
    { transport: {} },
    { lookup: () => Promise.resolve(['127.0.0.1', 4]) },
    { httpAgent: {} },
    { httpsAgent: {} },
    { beforeRedirect: () => undefined },
    { maxRedirects: 0 },
    { fetchOptions: {} },
    { allowAbsoluteUrls: false },
    { maxContentLength: 10 },
    { maxBodyLength: 10 },
    { maxRate: 10 },
    { onUploadProgress: () => undefined },
    { onDownloadProgress: () => undefined },
    { timeoutErrorMessage: 'late' },
    { decompress: false },
    { responseEncoding: 'latin1' },
    { parseReviver: (_, value: unknown) => value },
    { formDataHeaderPolicy: 'content-only' },
    { env: { fetch } },
    { family: 6 },
    { insecureHTTPParser: true },
    { httpVersion: 2 },
    { http2Options: {} },
    { responseType: 'blob' },
    { responseType: 'document' },
    { responseType: 'formdata' },
    { adapter: 'http' },
    { adapter: FOREIGN },
    { adapter: [FOREIGN] },
  ];

  it.each(REFUSED)('refuses %p in a call and in the defaults', async (config) => {
    const [option = ''] = Object.keys(config);
    await expectRefusal(lastValueFrom(client.http.get('/payments/', config)), option);
    await expectRefusal(client.http.axiosRef(`/payments/`, config), option);
    Object.assign(client.http.axiosRef.defaults, config);
    await expectRefusal(client.http.axiosRef.get('/payments/'), option);
  });

  it('accepts options that only state what happens anyway', async () => {
    const config: AxiosRequestConfig = {
      maxContentLength: -1,
      maxBodyLength: Infinity,
      decompress: true,
      responseEncoding: 'utf8',
      socketPath: null,
      withCredentials: true,
      xsrfCookieName: 'XSRF-TOKEN',
      env: { FormData },
    };
    const response = await lastValueFrom(client.http.get('/payments/', config));
    expect(response.data).toEqual([]);
  });

  it('ignores retry and other unknown options in a call', async () => {
    client.sandbox.fail({ on: 'api', status: 503 });
    const config = { retry: false, responseType: 'json' } as AxiosRequestConfig;
    await expect(lastValueFrom(client.http.get('/payments/', config))).resolves.toMatchObject({
      data: [],
    });
    expect(client.sandbox.counters.apiRequests).toBe(2);
  });

  it('refuses an adapter that an interceptor or a transformer sets', async () => {
    const { axiosRef } = client.http;
    const transformRequest = function (this: AxiosRequestConfig, data: unknown) {
      this.adapter = FOREIGN;
      return data;
    };
    await expectRefusal(axiosRef.post('/payments/', {}, { transformRequest }), 'adapter');
    axiosRef.interceptors.request.use((config) => ({ ...config, adapter: FOREIGN }));
    await expectRefusal(axiosRef.get('/payments/'), 'adapter');
    const transitional = { legacyInterceptorReqResOrdering: false };
    await expectRefusal(axiosRef.get('/payments/', { transitional }), 'adapter');
  });

  it('refuses what a call cannot state even after the application has cleared all interceptors', async () => {
    const { axiosRef } = client.http;
    axiosRef.interceptors.request.clear();
    axiosRef.interceptors.response.clear();
    const { cause } = (await rejectionOf(
      axiosRef.get('/', { baseURL: 'https://evil.example' }),
    )) as Error;
    expect(refusedOptions(cause)).toEqual(['baseURL']);
    expect(client.sandbox.requests).toEqual([]);
    const memory = new TextEncoder().encode('secret hey secret');
    const { data } = await axiosRef.post<{ bytes: number }>('/echo/', memory.subarray(7, 10));
    expect(data.bytes).toBe(3);
  });

  it('lets an interceptor of the application be ejected', async () => {
    const { axiosRef } = client.http;
    const added = jest.fn((config: Parameters<AxiosAdapter>[0]) => config);
    axiosRef.interceptors.request.eject(axiosRef.interceptors.request.use(added));
    await axiosRef.get('/payments/');
    expect(added).not.toHaveBeenCalled();
  });

  it('guards an instance that is created from its own', async () => {
    const child = client.http.axiosRef.create({ headers: { 'x-child': 'yes' } });
    await expectRefusal(child.get('/payments/', { adapter: FOREIGN }), 'adapter');
    await expectRefusal(child.create({ adapter: FOREIGN }).get('/payments/'), 'adapter');
    await expectRefusal(child.create({ baseURL: 'https://evil.example' }).get('/'), 'baseURL');
    await expect(child.get('/payments/none/')).rejects.toMatchObject({ code: 'not_found' });
    expect(client.sandbox.requests.at(-1)?.headers['x-child']).toBe('yes');
  });

  it('accepts a child that is created from its own defaults', async () => {
    const child = client.http.axiosRef.create({ ...client.http.axiosRef.defaults, headers: {} });
    await expect(child.get('/payments/')).resolves.toMatchObject({ data: [] });
  });

  it('takes headers, parameters and a timeout from its own defaults', async () => {
    const { axiosRef } = client.http;
    axiosRef.defaults.headers.common['x-shop'] = '7';
    axiosRef.defaults.params = { page: 2, size: 5 };
    await axiosRef.get('/payments/', { params: { page: 3 } });
    expect(client.sandbox.requests.at(-1)).toMatchObject({
      path: '/payments/?page=3&size=5',
      headers: { 'x-shop': '7' },
    });
    axiosRef.interceptors.request.use((config) => ({ ...config, params: { page: 4 } }));
    await axiosRef.get('/payments/');
    expect(client.sandbox.requests.at(-1)?.path).toBe('/payments/?page=4');
    axiosRef.defaults.timeout = -1;
    await expect(axiosRef.get('/payments/')).rejects.toThrow('timeout');
  });

  it('sends nothing for getUri', () => {
    expect(client.http.axiosRef.getUri({ url: '/payments/', params: { a: 1 } })).toBe(
      '/payments/?a=1',
    );
    expect(client.sandbox.requests).toEqual([]);
  });
});

describe('what an application sets on the global axios', () => {
  const stated: AxiosRequestConfig = {
    baseURL: 'https://evil.example',
    validateStatus: null,
    transformResponse: [() => 'changed'],
    timeout: -1,
  };
  const { defaults } = axios;
  const before = { ...defaults };
  let client: SandboxClient;
  beforeEach(async () => {
    Object.assign(defaults, stated);
    defaults.headers.common.Authorization = 'Bearer another';
    client = await startSandboxClient();
  });
  afterEach(async () => {
    for (const name of Object.keys(stated)) Reflect.deleteProperty(defaults, name);
    Object.assign(defaults, before);
    delete defaults.headers.common.Authorization;
    await client.stop();
  });

  it('does not reach CryptofuseHttpService', async () => {
    await expect(lastValueFrom(client.http.get('/payments/'))).resolves.toMatchObject({ data: [] });
    await expect(lastValueFrom(client.http.get('/payments/none/'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
