import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AxiosRequestConfig } from 'axios';
import { lastValueFrom } from 'rxjs';
import { CryptofuseConfigException, type CryptofuseInterceptor } from '../../lib/index.js';
import { configure } from '../../lib/config/configure.js';
import { refusedProperties } from '../support/config-refusal.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

/** Headers that only the package or the connection states. */
const OURS = [
  'Authorization',
  'authorization',
  'AUTHORIZATION',
  'Host',
  'Cookie',
  'Cookie2',
  'Proxy-Authorization',
  'Proxy-Connection',
  'proxy-anything',
  'Content-Length',
  'Transfer-Encoding',
  'TE',
  'Trailer',
  'Upgrade',
  'HTTP2-Settings',
  'Connection',
  'Keep-Alive',
  'Expect',
];

/** Faces on which axios removes control characters from values before the package sees them. */
const CLEANED = new Set([
  'CryptofuseHttpService by way of axios',
  'axiosRef',
  'an interceptor of axios',
  'a transformer of axios',
  'the defaults of axiosRef',
]);

/** Characters that a parser may read as an end: all of them in names, the first ones in values and paths. */
const CONTROLS = ['\r', '\n', '\r\n', '\u0000', '\u0001', '\u000b', '\u001f', '\u007f'];

describe('headers of a call', () => {
  let client: SandboxClient;
  /** A client whose axios instance is never accessed, so that plain calls bypass axios. */
  let plain: SandboxClient;
  /** The headers that the application's own interceptor adds. */
  let added: Readonly<Record<string, string>> = {};
  /** The number of requests before the test. */
  let before: number;
  beforeAll(async () => {
    const adding: CryptofuseInterceptor = {
      intercept: (request, next) => next({ ...request, headers: { ...request.headers, ...added } }),
    };
    client = await startSandboxClient({ client: { interceptors: [adding] } });
    plain = await startSandboxClient();
  });
  afterAll(async () => {
    await client.stop();
    await plain.stop();
  });
  beforeEach(() => {
    before = client.sandbox.requests.length;
  });
  afterEach(() => {
    added = {};
    expect(client.sandbox.requests.slice(before)).toEqual([]);
    expect(plain.sandbox.requests).toEqual([]);
  });

  /** Every way for an application to state a header. */
  const ways: Readonly<Record<string, (headers: Record<string, string>) => Promise<unknown>>> = {
    'CryptofuseService get': (headers) => client.api.get('/payments/', { headers }),
    'CryptofuseService post': (headers) => client.api.post('/payments/', {}, { headers }),
    'CryptofuseHttpService get': (headers) =>
      lastValueFrom(plain.http.get('/payments/', { headers })),
    'CryptofuseHttpService post': (headers) =>
      lastValueFrom(plain.http.post('/payments/', {}, { headers })),
    'CryptofuseHttpService by way of axios': (headers) =>
      lastValueFrom(client.http.request({ url: '/payments/', headers })),
    axiosRef: (headers) => client.http.axiosRef('/payments/', { headers }),
    'an interceptor of axios': async (headers) => {
      const { request } = client.http.axiosRef.interceptors;
      const id = request.use((config) => {
        config.headers.set(headers);
        return config;
      });
      try {
        return await client.http.axiosRef.get('/payments/');
      } finally {
        request.eject(id);
      }
    },
    'a transformer of axios': (headers) => {
      const transformRequest: AxiosRequestConfig['transformRequest'] = (data: unknown, sent) => {
        sent.set(headers);
        return data;
      };
      return client.http.axiosRef.post('/payments/', 'text', { transformRequest });
    },
    'the defaults of axiosRef': async (headers) => {
      const { common } = client.http.axiosRef.defaults.headers;
      const before = { ...common };
      Object.assign(common, headers);
      try {
        return await client.http.axiosRef.get('/payments/');
      } finally {
        for (const name of Object.keys(common)) Reflect.deleteProperty(common, name);
        Object.assign(common, before);
      }
    },
    'an interceptor of ours': (headers) => {
      added = headers;
      return client.api.get('/payments/');
    },
    'an interceptor of ours, on the other face': (headers) => {
      added = headers;
      return lastValueFrom(client.http.get('/payments/'));
    },
  };

  it.each(OURS)('cannot state %s', async (name) => {
    for (const [way, call] of Object.entries(ways)) {
      added = {};
      const refused = await rejectionOf(call({ [name]: 'Bearer evil' }));
      expect([way, refused]).toEqual([way, expect.any(CryptofuseConfigException)]);
      const { problems } = refused as CryptofuseConfigException;
      expect(problems.map(({ property }) => property.toLowerCase())).toEqual([
        `headers["${name.toLowerCase()}"]`,
      ]);
    }
  });

  it.each(CONTROLS)('cannot hold %j in a name', async (control) => {
    for (const [way, call] of Object.entries(ways)) {
      added = {};
      const refused = await rejectionOf(call({ [`x-a${control}x-b`]: 'c' }));
      // Some names are refused by axios itself.
      expect([way, refused instanceof Error]).toEqual([way, true]);
    }
  });

  it.each(CONTROLS)('cannot hold %j in a value', async (control) => {
    const stated = { 'x-a': `b${control}x-c: d` };
    for (const [way, call] of Object.entries(ways)) {
      if (CLEANED.has(way)) continue;
      added = {};
      const refused = await rejectionOf(call(stated));
      expect([way, refused]).toEqual([way, expect.any(CryptofuseConfigException)]);
      expect((refused as CryptofuseConfigException).problems).toMatchObject([
        { property: 'headers["x-a"]' },
      ]);
    }
  });

  it.each(CONTROLS)('are never split in two by %j', async (control) => {
    for (const way of CLEANED) {
      await ways[way]?.({ 'x-a': `b${control}x-c: d` }).catch(() => undefined);
      const { headers } = client.sandbox.requests.at(-1) ?? {};
      expect([way, headers?.['x-a'], headers?.['x-c']]).toEqual([way, 'bx-c: d', undefined]);
    }
    before = client.sandbox.requests.length;
  });

  it.each([...CONTROLS, ' ', '\t'])(
    'cannot be forged by %j in a method or a path',
    async (control) => {
      const { api, http } = client;
      const method = `GET${control}X`;
      const path = `/payments/${control}x`;
      const refused = [
        await rejectionOf(api.request(method, '/payments/')),
        await rejectionOf(http.axiosRef({ method, url: '/payments/' })),
        await rejectionOf(api.get(path)),
        await rejectionOf(lastValueFrom(http.get(path))),
      ];
      expect(refused).toEqual([
        expect.any(CryptofuseConfigException),
        expect.any(CryptofuseConfigException),
        expect.objectContaining({ code: 'destination_refused' }),
        expect.objectContaining({ code: 'destination_refused' }),
      ]);
    },
  );
});

describe('control characters in options', () => {
  const CREDENTIALS = { clientId: 'client', clientSecret: 'client-secret' };

  it.each([...CONTROLS, '\u0085'])('are refused by the option: %j', (control) => {
    const options = {
      clientId: `client${control}`,
      clientSecret: `secret${control}`,
      baseUrl: `https://api.cryptofuse.io/${control}`,
      scopes: [`read${control}`],
      proxy: `http://proxy:3128${control}`,
    };
    for (const [option, value] of Object.entries(options)) {
      const stated = { ...CREDENTIALS, [option]: value };
      expect(refusedProperties(() => configure(stated, {}))).toEqual([option]);
    }
  });

  it.each(CONTROLS)('are refused in the environment, and inside: %j', (control) => {
    const middle = `a${control}b`;
    const environment = {
      CRYPTOFUSE_CLIENT_ID: middle,
      CRYPTOFUSE_CLIENT_SECRET: middle,
      CRYPTOFUSE_BASE_URL: `https://api${control}.cryptofuse.io`,
    };
    expect([...refusedProperties(() => configure({}, environment))].sort()).toEqual([
      'baseUrl',
      'clientId',
      'clientSecret',
    ]);
    const retry = { methods: [`GET${control}`] };
    expect(refusedProperties(() => configure({ ...CREDENTIALS, retry }, {}))).toEqual([
      'retry.methods',
    ]);
  });
});
