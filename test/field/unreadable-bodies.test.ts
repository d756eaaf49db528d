import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AxiosRequestConfig } from 'axios';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  UnreadableBody,
  type CryptofuseInterceptor,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { RevokingServer } from '../support/revoking-server.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { CODINGS, EMPTY, UNREADABLE } from '../support/unreadable-responses.js';

const TRANSPORTS = [
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
] as const;
const PAYMENT = { amount: '10.00', currency: 'USDT' };
const QUICK = { maxDelay: 0 };
/** The codes of a 2xx whose body cannot be read, which never name its status. */
const UNREADABLE_CODES = [
  'response_undecodable',
  'response_truncated',
  'response_malformed',
  'response_too_large',
  'connection_reset',
];

describe.each(TRANSPORTS)('over %s', (_, transport) => {
  let server: RevokingServer;
  let client: SandboxClient;

  async function start(options: CryptofuseModuleOptions = {}): Promise<void> {
    const usual = {
      baseUrl: server.url,
      transport,
      maxResponseSize: 60_000,
      retry: QUICK,
      // A hurried clock runs ahead of the network.
      timeout: 3_600_000,
      token: { budget: 100 },
    };
    client = await startSandboxClient({ client: { ...usual, ...options } });
  }

  beforeEach(async () => {
    server = await RevokingServer.start();
    await start();
  });
  afterEach(async () => {
    await client.stop();
    await server.stop();
  });

  const get = (path: string, config?: AxiosRequestConfig): Promise<unknown> =>
    firstValueFrom(client.http.get<unknown>(path, config)).then(({ data }) => data);
  const stream = async (path: string, config: AxiosRequestConfig = {}): Promise<string> => {
    const call = client.http.get<Readable>(path, { ...config, responseType: 'stream' });
    return (await buffer((await firstValueFrom(call)).data)).toString();
  };

  describe.each(UNREADABLE)('a body %s', (name, respond) => {
    it('of a 401 leads to one token request, however many calls get it', async () => {
      server.refuse = (response) => {
        respond(response, 401);
      };
      await client.api.get('/first/');
      server.revokeAll();
      const calls = [
        client.api.get('/a/'),
        client.api.post('/b/', PAYMENT),
        client.api.delete('/c/'),
        get('/d/'),
        get('/e/', { validateStatus: null, responseType: 'json' }),
        stream('/f/').then((text) => JSON.parse(text) as unknown),
      ];
      expect(await Promise.all(calls)).toEqual(calls.map(() => ({ fine: true })));
      expect(server.tokenRequests).toBe(2);
      expect(server.apiRequests).toHaveLength(1 + 2 * calls.length);
    });

    it('of a 401 that stays with a new token is an authentication failure, and refused', async () => {
      server.accept = (response) => {
        respond(response, 401);
      };
      const exception = await exceptionOf(client.api.post('/a/', PAYMENT));
      expect(exception).toBeInstanceOf(CryptofuseAuthenticationException);
      expect(exception).toMatchObject({
        code: 'http_401',
        message: 'HTTP 401 Unauthorized',
        upstreamStatus: 401,
        outcome: 'refused',
      });
      expect(server.apiRequests).toHaveLength(2);
    });

    it('of a 429 is obeyed', async () => {
      await client.stop();
      await start({ retry: {} });
      const { clock } = client.sandbox;
      const accept = server.accept;
      server.accept = (response, request) => {
        if (server.apiRequests.length > 1) accept(response, request);
        else respond(response, 429, { 'retry-after': '4' });
      };
      const asked = clock.monotonic();
      expect(await hurried(clock, client.api.post('/a/', PAYMENT))).toEqual({ fine: true });
      expect(clock.monotonic() - asked).toBeGreaterThanOrEqual(4_000);
      server.accept = (response) => {
        respond(response, 429, { 'retry-after': '3600' });
      };
      const exception = await exceptionOf(get('/b/'));
      expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
      expect(exception).toMatchObject({
        code: 'http_429',
        upstreamStatus: 429,
        outcome: 'refused',
        retryAfter: 3_600_000,
        source: 'api',
      });
      expect(server.apiRequests).toHaveLength(3);
    });

    it('of any other 4xx has the class of its status and is refused', async () => {
      let status = 0;
      server.accept = (response) => {
        respond(response, status);
      };
      for (status of [400, 403, 404, 422]) {
        const type = status === 403 ? CryptofusePermissionException : CryptofuseRequestException;
        const upload = Readable.from([Buffer.from('a')]);
        const calls = [
          client.api.post('/a/', PAYMENT),
          client.api.get('/b/'),
          get('/c/'),
          get('/d/', { responseType: 'arraybuffer' }),
          stream('/e/'),
          get('/f/', { validateStatus: null }),
          client.api.post('/g/', upload),
        ];
        for (const exception of await Promise.all(calls.map(exceptionOf))) {
          expect(exception).toBeInstanceOf(type);
          expect(exception).toMatchObject({
            code: `http_${status}`,
            upstreamStatus: status,
            outcome: 'refused',
          });
        }
        expect(server.apiRequests.splice(0)).toHaveLength(calls.length);
        expect(upload.destroyed).toBe(true);
      }
    });

    it('of a 503 counts as a 503: retried for GET alone', async () => {
      server.accept = (response) => {
        respond(response, 503);
      };
      const told = { code: 'http_503', upstreamStatus: 503, outcome: 'unknown', retryable: true };
      const posted = await exceptionOf(client.api.post('/a/', PAYMENT));
      expect(posted).toBeInstanceOf(CryptofuseServerException);
      expect(posted).toMatchObject(told);
      expect(server.apiRequests).toHaveLength(1);
      expect(await exceptionOf(get('/b/'))).toMatchObject(told);
      expect(server.apiRequests).toHaveLength(4);
      expect(await exceptionOf(stream('/c/'))).toMatchObject(told);
      expect(server.apiRequests).toHaveLength(7);
    });

    it('of a redirect is followed as usual', async () => {
      const accept = server.accept;
      server.accept = (response, request) => {
        if (request.url !== '/old/') accept(response, request);
        else respond(response, 302, { location: '/new/' });
      };
      expect(await client.api.get('/old/')).toEqual({ fine: true });
      expect(await stream('/old/')).toBe('{"fine":true}');
      expect(await exceptionOf(client.api.post('/old/', PAYMENT))).toMatchObject({
        code: 'redirect_refused',
        upstreamStatus: 302,
        outcome: 'unknown',
      });
    });

    it('of a success stays an error, and unknown for a POST', async () => {
      server.accept = (response) => {
        respond(response, 201);
      };
      const exception = await exceptionOf(client.api.post('/a/', PAYMENT));
      expect(UNREADABLE_CODES).toContain(exception.code);
      expect(exception).toMatchObject({ outcome: 'unknown', upstreamStatus: undefined });
      expect(server.apiRequests).toHaveLength(1);
      expect(await exceptionOf(get('/b/', { validateStatus: null }))).toMatchObject({
        code: exception.code,
        outcome: 'unknown',
      });
      expect(await exceptionOf(get('/c/'))).toMatchObject({ code: exception.code });
      const streamed = stream('/d/');
      // A stream has no limit on the size of a body.
      if (name.endsWith('too large')) await streamed;
      else expect((await exceptionOf(streamed)).code).toBe(exception.code);
    });

    it('of the token endpoint keeps the meaning of its status', async () => {
      server.grant = (response) => {
        respond(response, 401);
      };
      const refused = await exceptionOf(hurried(client.sandbox.clock, client.tokens.getToken()));
      expect(refused).toBeInstanceOf(CryptofuseServerException);
      expect(refused).toMatchObject({
        code: 'http_401',
        upstreamStatus: 401,
        outcome: 'not-sent',
      });
    });

    it('of a 503 of the token endpoint is reported with its status', async () => {
      server.grant = (response) => {
        respond(response, 503);
      };
      const call = client.api.post('/a/', PAYMENT);
      const exception = await exceptionOf(hurried(client.sandbox.clock, call));
      expect(exception).toBeInstanceOf(CryptofuseServerException);
      expect(exception).toMatchObject({
        code: 'http_503',
        upstreamStatus: 503,
        outcome: 'not-sent',
        retryable: true,
      });
      expect(server.apiRequests).toEqual([]);
    });

    it('of a 429 of the token endpoint delays further token requests', async () => {
      server.grant = (response) => {
        respond(response, 429, { 'retry-after': '120' });
      };
      const exception = await exceptionOf(client.api.get('/a/', { timeout: 10_000 }));
      expect(exception).toBeInstanceOf(CryptofuseRateLimitException);
      expect(exception).toMatchObject({ upstreamStatus: 429, source: 'token' });
      await exceptionOf(get('/b/', { timeout: 10_000 }));
      expect(server.tokenRequests).toBe(1);
    });

    it('of a 200 of the token endpoint is no token', async () => {
      server.grant = (response) => {
        respond(response, 200);
      };
      const call = exceptionOf(hurried(client.sandbox.clock, client.tokens.getToken()));
      const exception = await call;
      expect(UNREADABLE_CODES).toContain(exception.code);
      expect(exception).toMatchObject({ outcome: 'not-sent', upstreamStatus: undefined });
    });

    it('of a revocation does not matter: its status decides the result', async () => {
      await client.tokens.getToken();
      server.revoke = (response) => {
        respond(response, 200);
      };
      await expect(client.tokens.revoke()).resolves.toBeUndefined();
      await client.tokens.getToken();
      server.revoke = (response) => {
        respond(response, 503);
      };
      expect(await exceptionOf(client.tokens.revoke())).toMatchObject({
        code: 'http_503',
        upstreamStatus: 503,
      });
      expect(server.revocations).toBe(2);
    });

    it("of an error reaches an application's interceptor as unreadable", async () => {
      await client.stop();
      const seen: unknown[] = [];
      const watching: CryptofuseInterceptor = {
        intercept: async (request, next) => {
          const response = await next(request);
          seen.push(response.status, response.body instanceof UnreadableBody);
          return response;
        },
      };
      await start({ interceptors: [watching] });
      server.accept = (response) => {
        respond(response, 409);
      };
      expect(await exceptionOf(get('/a/'))).toMatchObject({ upstreamStatus: 409 });
      expect(seen).toEqual([409, true]);
    });
  });

  it.each([
    ['an empty chunk behind a 204', 204, 'Transfer-Encoding: chunked', '0\r\n\r\n'],
    ['the coded bytes behind a 204', 204, 'Content-Encoding: gzip\r\nContent-Length: 4', 'null'],
    ['a body behind the length 0', 201, 'Content-Encoding: gzip\r\nContent-Length: 0', 'null'],
  ])(
    '%s, sent at once with it, does not change the response',
    async (_name, status, header, bytes) => {
      await client.tokens.getToken();
      server.accept = (response) => {
        response.socket?.end(`HTTP/1.1 ${status} Fine\r\n${header}\r\n\r\n${bytes}`);
      };
      expect(await client.api.post('/a/', PAYMENT)).toBeUndefined();
      expect(await get('/b/')).toBeUndefined();
      expect(await stream('/c/')).toBe('');
      expect(await client.api.request('HEAD', '/d/')).toBeUndefined();
      expect(server.apiRequests).toHaveLength(4);
    },
  );

  describe.each(EMPTY)('no byte of body, %s', (_way, respond) => {
    it.each(CODINGS)('is an empty body of any success under the coding %s', async (coding) => {
      for (const status of [200, 201, 204, 205]) {
        server.accept = (response) => {
          respond(coding)(response, status);
        };
        expect(await client.api.post('/a/', PAYMENT)).toBeUndefined();
        expect(await client.api.request('HEAD', '/b/')).toBeUndefined();
        expect(await get('/c/')).toBeUndefined();
        expect(await get('/d/', { responseType: 'text' })).toBe('');
        expect(await stream('/e/')).toBe('');
      }
    });

    it('is an empty body of an error under any coding', async () => {
      for (const coding of CODINGS) {
        server.accept = (response) => {
          respond(coding)(response, 404);
        };
        for (const call of [client.api.get('/a/'), get('/b/'), stream('/c/')]) {
          expect(await exceptionOf(call)).toMatchObject({
            code: 'http_404',
            upstreamStatus: 404,
            outcome: 'refused',
          });
        }
        server.accept = (response) => {
          respond(coding)(response, 304);
        };
        expect(await exceptionOf(client.api.get('/d/'))).toMatchObject({ code: 'http_304' });
        expect(await stream('/e/', { validateStatus: null })).toBe('');
      }
    });

    it('is an empty body of a 401, which is replaced and retried, and of a revocation', async () => {
      for (const coding of CODINGS) {
        await client.api.get('/a/');
        server.revokeAll();
        server.refuse = (response) => {
          respond(coding)(response, 401);
        };
        expect(await client.api.post('/b/', PAYMENT)).toEqual({ fine: true });
        server.revoke = (response) => {
          respond(coding)(response, 200);
        };
        await client.tokens.revoke();
      }
      expect(server.tokenRequests).toBe(2 * CODINGS.length);
    });
  });
});
