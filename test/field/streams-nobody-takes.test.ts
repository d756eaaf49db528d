import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { firstValueFrom, timeout, TimeoutError, type Observable } from 'rxjs';
import type { CryptofuseInterceptor, CryptofuseModuleOptions } from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { StreamingServer } from '../support/streaming-server.js';
import { until } from '../support/until.js';

const TRANSPORTS = [
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
] as const;
/** The number of connections of a client. */
const CONNECTIONS = 64;

interface Data {
  readonly data: Readable;
}

/** Whether the application has accessed the axios instance, after which its calls go through axios. */
const INSTANCES = [
  ['that nobody has seen', false],
  ['that the application has had', true],
] as const;

describe.each(TRANSPORTS)('over %s', (_, transport) => {
  let server: StreamingServer;
  let client: SandboxClient;

  async function start(options: CryptofuseModuleOptions = {}): Promise<void> {
    const usual = { baseUrl: server.url, transport, retry: { maxDelay: 0 } };
    client = await startSandboxClient({ client: { ...usual, ...options } });
  }

  beforeEach(async () => {
    server = await StreamingServer.start();
    await start();
  });
  afterEach(async () => {
    await client.stop();
    await server.stop();
  });

  const stream = (config: AxiosRequestConfig = {}): Observable<Data> =>
    client.http.get<Readable>('/export/', { ...config, responseType: 'stream' });
  const endless = (): Readable => {
    const body = new Readable({ read: () => undefined });
    body.push('a');
    return body;
  };

  describe.each(INSTANCES)('a stream of an axios instance %s', (_name, isSeen) => {
    beforeEach(() => {
      if (isSeen) expect(client.http.axiosRef.defaults).toBeDefined();
    });

    it('ends with its subscription before its response comes, and leaves the client alive', async () => {
      const calls = Array.from({ length: CONNECTIONS }, () => stream().subscribe());
      await server.arrived(CONNECTIONS);
      for (const call of calls) call.unsubscribe();
      await server.left(CONNECTIONS);
      expect(await client.api.get('/fine/')).toEqual({ fine: true });
      expect(await text((await begun(stream())).data)).toBe('begun,ended');
    });

    it('ends with an operator that times out', async () => {
      const errors = await Promise.all(
        Array.from({ length: CONNECTIONS }, () =>
          rejectionOf(firstValueFrom(stream().pipe(timeout(50)))),
        ),
      );
      for (const error of errors) expect(error).toBeInstanceOf(TimeoutError);
      expect(await client.api.get('/fine/')).toEqual({ fine: true });
      await server.left(server.responses.length);
    });

    it('ends its upload with its subscription', async () => {
      const body = endless();
      const config = { responseType: 'stream' } as const;
      const call = client.http.post('/export/', body, config).subscribe();
      await server.arrived();
      call.unsubscribe();
      await server.left();
      await until(() => body.destroyed);
    });

    it('is not sent if its subscription ends at once', async () => {
      const body = endless();
      const config = { responseType: 'stream' } as const;
      client.http.post('/export/', body, config).subscribe().unsubscribe();
      stream().subscribe().unsubscribe();
      await until(() => body.destroyed);
      expect(await client.api.get('/fine/')).toEqual({ fine: true });
      expect(server.responses).toEqual([]);
    });

    it('belongs to its reader once it has been delivered', async () => {
      const delivered: Readable[] = [];
      const call = stream().subscribe(({ data }) => {
        delivered.push(data);
        call.unsubscribe();
      });
      (await server.arrived()).begin();
      await until(() => delivered.length > 0);
      call.unsubscribe();
      server.responses[0]?.end();
      expect(await Promise.all(delivered.map((data) => text(data)))).toEqual(['begun,ended']);
      expect(server.abandoned).toBe(0);
    });

    it('closes its connection when its reader ends', async () => {
      const { data } = await begun(stream(), false);
      data.destroy();
      await server.left();
    });

    it('ends with its signal, before and after its response comes', async () => {
      const reason = new Error('the customer left');
      const before = new AbortController();
      const call = rejectionOf(firstValueFrom(stream({ signal: before.signal })));
      await server.arrived();
      before.abort(reason);
      expect(await call).toBe(reason);
      await server.left();
      const after = new AbortController();
      const { data } = await begun(stream({ signal: after.signal }), false);
      const failed = once(data, 'error');
      after.abort(reason);
      expect(await failed).toEqual([reason]);
      await server.left(2);
    });
  });

  /** Returns the stream of `call` once its response has begun or ended. */
  async function begun(call: Observable<Data>, isWhole = true): Promise<Data> {
    const next = server.responses.length + 1;
    const response = firstValueFrom(call);
    const open = await server.arrived(next);
    open.begin();
    if (isWhole) open.end();
    return response;
  }

  it('a stream that ends between its response and an interceptor of axios closes its connection', async () => {
    const held = hold();
    client.http.axiosRef.interceptors.response.use(held.pass);
    const call = stream().subscribe();
    (await server.arrived()).begin();
    await held.reached;
    call.unsubscribe();
    await server.left();
    held.release();
  });

  it('a stream that ends between its response and an interceptor of ours closes its connection', async () => {
    await client.stop();
    const held = hold();
    await start({
      interceptors: [{ intercept: async (request, next) => held.pass(await next(request)) }],
    });
    const call = stream().subscribe();
    (await server.arrived()).begin();
    await held.reached;
    call.unsubscribe();
    await server.left();
    held.release();
  });

  it('a stream whose signal an interceptor of axios has removed ends when its response comes', async () => {
    const { token } = axios.CancelToken.source();
    client.http.axiosRef.interceptors.request.use((config) => ({ ...config, cancelToken: token }));
    const call = stream().subscribe();
    const response = await server.arrived();
    call.unsubscribe();
    response.begin();
    await server.left();
  });

  it('a stream by the default of the instance goes on once it has been delivered', async () => {
    client.http.axiosRef.defaults.responseType = 'stream';
    const { data } = await begun(client.http.get<Readable>('/export/'), false);
    await new Promise((resolve) => setImmediate(resolve));
    server.responses[0]?.end();
    expect(await text(data)).toBe('begun,ended');
    const call = client.http.get('/export/').subscribe();
    await server.arrived(2);
    call.unsubscribe();
    await server.left();
  });

  it('a call that states a cancel token ends with its subscription and with the token', async () => {
    const { token, cancel } = axios.CancelToken.source();
    const call = stream({ cancelToken: token }).subscribe();
    await server.arrived();
    call.unsubscribe();
    await server.left();
    const cancelled = rejectionOf(firstValueFrom(stream({ cancelToken: token })));
    await server.arrived(2);
    const { data } = await begun(stream({ cancelToken: token }), false);
    const failed = once(data, 'error');
    cancel('the customer left');
    expect(await cancelled).toBe(token.reason);
    expect(await failed).toEqual([token.reason]);
    await server.left(3);
    expect(await rejectionOf(firstValueFrom(stream({ cancelToken: token })))).toBe(token.reason);
    expect(server.responses).toHaveLength(3);
  });

  describe('a stream that an interceptor abandons closes its connection when the interceptor', () => {
    const gone = new Error('gone');
    const ANY: AxiosRequestConfig = { validateStatus: () => true };

    async function startWith(intercept: CryptofuseInterceptor['intercept']): Promise<void> {
      await client.stop();
      await start({ interceptors: [{ intercept }] });
      server.onRequest = (response) => {
        response.begin();
      };
    }

    it('throws', async () => {
      await startWith(async (request, next) => {
        await next(request);
        throw gone;
      });
      expect(await rejectionOf(firstValueFrom(stream()))).toBe(gone);
      await server.left();
    });

    it('returns another body', async () => {
      await startWith(async (request, next) => ({ ...(await next(request)), body: 'no stream' }));
      expect(await firstValueFrom(stream())).toMatchObject({ data: 'no stream' });
      await server.left();
    });

    it('returns no response', async () => {
      await startWith(async (request, next) => {
        await next(request);
        return undefined as never;
      });
      expect(await rejectionOf(firstValueFrom(stream()))).toMatchObject({
        code: 'invalid_interceptor',
      });
      await server.left();
    });

    it('calls next twice and returns the second response', async () => {
      await startWith(async (request, next) => {
        await next(request);
        return next(request);
      });
      const { data } = await firstValueFrom(stream());
      await server.left();
      server.responses[1]?.end();
      expect(await text(data)).toBe('begun,ended');
      expect(server.abandoned).toBe(1);
    });

    it('calls next twice and returns the first response, long before the other one comes', async () => {
      await startWith((request, next) => Promise.race([next(request), next(request)]));
      server.onRequest = (response) => {
        if (server.responses.length === 2) response.begin();
      };
      const { data } = await firstValueFrom(stream());
      const [first, second] = server.responses;
      first?.begin();
      await server.left();
      second?.end();
      expect(await text(data)).toBe('begun,ended');
      expect(server.abandoned).toBe(1);
    });

    it('accepts a status that the call does not', async () => {
      await startWith((request, next) => next({ ...request, accepts: () => true }));
      server.onRequest = (response) => {
        response.begin(404);
      };
      expect(await rejectionOf(firstValueFrom(stream()))).toMatchObject({ upstreamStatus: 404 });
      await server.left();
    });

    it('of axios throws', async () => {
      await startWith((request, next) => next(request));
      client.http.axiosRef.interceptors.response.use(() => {
        throw gone;
      });
      expect(await rejectionOf(firstValueFrom(stream()))).toBe(gone);
      await server.left();
    });

    it('is a transformer or a validateStatus that throws', async () => {
      await startWith((request, next) => next(request));
      const fail = (): never => {
        throw gone;
      };
      expect(await rejectionOf(firstValueFrom(stream({ transformResponse: fail })))).toBe(gone);
      expect(await rejectionOf(firstValueFrom(stream({ validateStatus: fail })))).toBe(gone);
      await server.left(2);
    });

    it('is our own, which retries, redirects or replaces a token', async () => {
      const [retried, redirected, refused] = [503, 302, 401];
      await startWith((request, next) => next(request));
      for (const status of [retried, redirected, refused]) {
        server.responses.length = 0;
        server.onRequest = (response) => {
          if (server.responses.length > 1) response.begin();
          else response.begin(status, { location: '/elsewhere/' });
        };
        const { data } = await firstValueFrom(stream(ANY));
        server.responses[1]?.end();
        expect(await text(data)).toBe('begun,ended');
      }
      await server.left(3);
      server.onRequest = (response) => {
        server.tokenFails = true;
        response.begin(401);
      };
      expect(await rejectionOf(firstValueFrom(stream(ANY)))).toMatchObject({
        code: 'invalid_client',
      });
      await server.left(4);
    });
  });

  it.each<[string, (body: Readable) => unknown]>([
    ['pipes it elsewhere', (body) => body.pipe(new PassThrough())],
    ['reads it only once its own stream is read', (body) => Readable.from(piecesOf(body))],
    ['makes a web stream of it', (body) => Readable.toWeb(body)],
    ['makes a generator of it', (body) => piecesOf(body)],
    ['passes it on', (body) => body],
  ])('a stream is read to its end when an interceptor %s', async (_name, change) => {
    await client.stop();
    const intercept: CryptofuseInterceptor['intercept'] = async (request, next) => {
      const response = await next(request);
      return { ...response, body: change(response.body as Readable) };
    };
    await start({ interceptors: [{ intercept }, { intercept: (request, next) => next(request) }] });
    const { data } = await begun(stream());
    expect(await text(data)).toBe('begun,ended');
  });

  it('a stream is read to its end when an interceptor reads it and returns nothing', async () => {
    await client.stop();
    let read: Promise<string> | undefined;
    const intercept: CryptofuseInterceptor['intercept'] = async (request, next) => {
      const response = await next(request);
      read = text((response.body as Readable).pipe(new PassThrough()));
      return { ...response, body: undefined };
    };
    await start({ interceptors: [{ intercept }] });
    await begun(stream());
    expect(await read).toBe('begun,ended');
  });

  async function* piecesOf(body: Readable): AsyncGenerator<Buffer> {
    for await (const piece of body as AsyncIterable<Buffer>) yield piece;
  }

  /** Returns a gate, whose `pass` holds each value until `release` is called. */
  function hold() {
    let reach: () => void = () => undefined;
    let release: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const pass = async <T>(what: T): Promise<T> => {
      reach();
      await released;
      return what;
    };
    return { reached, release, pass };
  }
});
