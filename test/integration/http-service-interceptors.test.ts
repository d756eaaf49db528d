import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseConfigException,
  CryptofuseDestinationException,
  CryptofuseRequestException,
} from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

describe("an application's own interceptor of CryptofuseHttpService", () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  const change = (patch: object) =>
    client.http.axiosRef.interceptors.request.use((config) => Object.assign(config, patch));
  const get = (path = '/payments/') => lastValueFrom(client.http.get<unknown>(path));

  it('may change method, URL, headers, parameters and data', async () => {
    change({ method: 'post', url: '/echo/', data: { a: 1 }, params: { b: 2 } });
    client.http.axiosRef.interceptors.request.use((config) => {
      config.headers['x-shop'] = 7;
      return config;
    });
    await expect(get()).resolves.toMatchObject({ data: { bytes: 7 } });
    expect(client.sandbox.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/echo/?b=2',
      headers: { 'x-shop': '7' },
    });
  });

  it.each([
    'https://evil.example/payments/',
    '//evil.example/',
    '/payments/%252e%252e/',
    'http://a:b@127.0.0.1/',
  ])('cannot send the bearer to %s', async (url) => {
    change({ url });
    expect(await rejectionOf(get())).toBeInstanceOf(CryptofuseDestinationException);
    expect(client.sandbox.requests).toEqual([]);
  });

  it('cannot send the bearer elsewhere with a serializer', async () => {
    change({ params: { a: 1 }, paramsSerializer: { serialize: () => 'a=1 #' } });
    expect(await rejectionOf(get())).toBeInstanceOf(CryptofuseDestinationException);
    expect(client.sandbox.requests).toEqual([]);
  });

  it.each([
    { auth: { username: 'a', password: 'b' } },
    { baseURL: 'https://evil.example' },
    { headers: { Authorization: 'Bearer mine' } },
  ])('cannot state %p', async (patch) => {
    change(patch);
    const error = await rejectionOf(get());
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as Error).message).toContain(Object.keys(patch.headers ?? patch)[0]);
    expect(client.sandbox.requests).toEqual([]);
  });

  it('may be synchronous, and run in either order', async () => {
    const seen: string[] = [];
    const note = (name: string) => (config: InternalAxiosRequestConfig) => {
      seen.push(name);
      return config;
    };
    const { request } = client.http.axiosRef.interceptors;
    request.use(note('first'), null, { synchronous: true });
    request.use(note('second'), null, { synchronous: true });
    await get();
    const transitional = { legacyInterceptorReqResOrdering: false };
    await client.http.axiosRef.get('/payments/', { transitional });
    expect(seen).toEqual(['second', 'first', 'first', 'second']);
  });

  it('receives the exception itself, and may recover', async () => {
    const rejected = jest.fn((error: unknown) => {
      if (error instanceof CryptofuseRequestException) return { data: error.code };
      throw error;
    });
    client.http.axiosRef.interceptors.response.use(null, rejected);
    await expect(get('/payments/none/')).resolves.toEqual({ data: 'not_found' });
    const [[error] = []] = rejected.mock.calls;
    expect(error).not.toBeInstanceOf(AxiosError);
    for (const member of ['config', 'request', 'isAxiosError']) {
      expect(error).not.toHaveProperty(member);
    }
    const response = { statusCode: 404, message: expect.any(String), code: 'not_found' };
    expect((error as CryptofuseRequestException).getResponse()).toEqual(response);
  });

  it('receives what another one threw', async () => {
    const reason = new Error('of the application');
    client.http.axiosRef.interceptors.request.use(() => Promise.reject(reason));
    const rejected = jest.fn((error: unknown) => Promise.reject(error as Error));
    client.http.axiosRef.interceptors.response.use(null, rejected);
    expect(await rejectionOf(get())).toBe(reason);
    expect(rejected).toHaveBeenCalledWith(reason);
    expect(client.sandbox.requests).toEqual([]);
  });

  it('may send the config of a response again', async () => {
    const { config } = await client.http.axiosRef.post('/echo/', { a: 1 });
    await expect(client.http.axiosRef(config)).resolves.toMatchObject({ data: { bytes: 7 } });
    expect(config.headers.has('authorization')).toBe(false);
  });
});
