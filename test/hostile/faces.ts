import { Test, type TestingModule } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  type CryptofuseInterceptor,
  CryptofuseModule,
  type CryptofuseModuleOptions,
  CryptofuseService,
} from '../../lib/index.js';

/** A client whose interceptor replaces the URL of every request with `url`. */
export interface RewrittenClient {
  readonly module: TestingModule;
  readonly api: CryptofuseService;
  readonly http: CryptofuseHttpService;
  /** `undefined` to keep the URL of the request. */
  url: string | undefined;
}

/** Starts a client with `options`. */
export async function startRewrittenClient(
  options: CryptofuseModuleOptions,
): Promise<RewrittenClient> {
  const rewriting: CryptofuseInterceptor = {
    intercept: (request, next) => next({ ...request, url: client.url ?? request.url }),
  };
  const imports = [CryptofuseModule.forRoot({ ...options, interceptors: [rewriting] })];
  const module = await Test.createTestingModule({ imports }).compile();
  module.useLogger(false);
  await module.init();
  const client: RewrittenClient = {
    module,
    api: module.get(CryptofuseService),
    http: module.get(CryptofuseHttpService),
    url: undefined,
  };
  return client;
}

/** Makes a call with `path` as its URL. */
export type Way = (client: RewrittenClient, path: string, baseUrl: string) => Promise<unknown>;

const BODY = { amount: '10.00', currency: 'USDT' };

/** Every way for an application to state a URL. */
export const WAYS: Readonly<Record<string, Way>> = {
  'CryptofuseService get': ({ api }, path) => api.get(path),
  'CryptofuseService post': ({ api }, path) => api.post(path, BODY),
  'CryptofuseService request': ({ api }, path) => api.request('HEAD', path),
  'CryptofuseHttpService get': ({ http }, path) => lastValueFrom(http.get(path)),
  'CryptofuseHttpService post': ({ http }, path) => lastValueFrom(http.post(path, BODY)),
  axiosRef: ({ http }, url) => http.axiosRef({ method: 'DELETE', url }),
  'a child of axiosRef': ({ http }, path) => http.axiosRef.create().put(path, BODY),
  'an interceptor of axios': async ({ http: { axiosRef } }, url) => {
    const { request } = axiosRef.interceptors;
    const id = request.use((config) => ({ ...config, url }));
    try {
      return await axiosRef.get('/payments/');
    } finally {
      request.eject(id);
    }
  },
  'a transformer of axios': ({ http: { axiosRef } }, url) => {
    const transformRequest = function (this: object, data: unknown): unknown {
      Object.assign(this, { url });
      return data;
    };
    return axiosRef.post('/payments/', 'text', { transformRequest });
  },
  'an interceptor of ours': (client, path, baseUrl) => {
    client.url = /^([a-z]+:|\/\/)/i.test(path) ? path : joined(baseUrl, path);
    return client.api.get('/payments/');
  },
  'an interceptor of ours, on the other face': (client, path) => {
    client.url = path;
    return lastValueFrom(client.http.get('/payments/'));
  },
};

function joined(baseUrl: string, path: string): string {
  return path.startsWith('/') ? `${baseUrl}${path}` : `${baseUrl}/${path}`;
}
