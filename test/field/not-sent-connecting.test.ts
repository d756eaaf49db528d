import { afterEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { Agent } from 'undici';
import {
  CryptofuseTimeoutException,
  type CryptofuseModuleOptions,
  type TransportFactory,
} from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { exceptionOf } from '../support/exception-of.js';
import { FullBacklog } from '../support/full-backlog.js';
import { startGatedClient, type GatedClient } from '../support/gated-client.js';
import { hurried } from '../support/hurried.js';
import { rejectionOf } from '../support/rejection-of.js';
import { withToken } from '../support/with-token.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const NOT_SENT = {
  code: 'timeout',
  outcome: 'not-sent',
  retryable: true,
  message: 'No connection came about within 10000 ms.',
};

describe.each<[string, (options?: { connections?: number }) => TransportFactory]>([
  ['axios', axiosTransport],
  ['undici', undiciTransport],
])('a call over %s', (_, transportOf) => {
  let client: GatedClient | undefined;
  let proxy: CountingProxy | undefined;
  afterEach(async () => {
    await client?.stop();
    await proxy?.stop();
    client = undefined;
    proxy = undefined;
  });

  /** Starts a client with one connection, so that anything an attempt leaves behind would block the next one. */
  async function start(options: CryptofuseModuleOptions = {}): Promise<GatedClient> {
    const transport = transportOf({ connections: 1 });
    client = await startGatedClient({ transport, retry: { maxDelay: 0 }, ...options });
    return client;
  }

  describe('whose TLS is never set up', () => {
    it.each(['post', 'get'] as const)('by %s of CryptofuseService was not sent', async (method) => {
      const { api, gate, sandbox } = await start();
      gate.mood = 'silent';
      const call = api.request(method.toUpperCase(), '/payments/');
      const error = await exceptionOf(hurried(sandbox.clock, call));
      expect(error).toBeInstanceOf(CryptofuseTimeoutException);
      expect(error).toMatchObject(NOT_SENT);
      expect(error.hint).toContain('baseUrl');
      expect([gate.held, sandbox.counters.apiRequests]).toEqual([3, 0]);
    });

    it.each(['post', 'get'] as const)(
      'by %s of CryptofuseHttpService was not sent',
      async (method) => {
        const { http, gate, sandbox } = await start();
        gate.mood = 'silent';
        const call = firstValueFrom(http.request({ method, url: '/payments/', data: undefined }));
        expect(await exceptionOf(hurried(sandbox.clock, call))).toMatchObject(NOT_SENT);
        expect(gate.held).toBe(3);
      },
    );

    it('leaves no connection behind', async () => {
      const { api, gate, sandbox } = await start();
      gate.mood = 'silent';
      await exceptionOf(hurried(sandbox.clock, api.post('/payments/', PAYMENT)));
      await until(() => gate.heldAndClosed === 3);
    });

    it('is made, and only once, after the server has recovered', async () => {
      const { api, gate, sandbox } = await start();
      gate.mood = 'silent';
      const call = api.post('/payments/', PAYMENT);
      await until(() => gate.held === 1);
      gate.mood = 'open';
      sandbox.clock.advance(10_000);
      await call;
      expect(sandbox.payments).toHaveLength(1);
      expect(gate.held).toBe(1);
    });

    it('is not retried when its body is a stream', async () => {
      const { api, gate, sandbox } = await start();
      gate.mood = 'silent';
      const body = Readable.from(['a']);
      const call = hurried(sandbox.clock, api.post('/payments/', body));
      expect(await exceptionOf(call)).toMatchObject(NOT_SENT);
      await until(() => body.destroyed);
      expect(gate.held).toBe(1);
    });

    it('is retried when its body is a function that returns a new stream', async () => {
      const { api, gate, sandbox } = await start();
      gate.mood = 'silent';
      const call = hurried(
        sandbox.clock,
        api.post('/payments/', () => Readable.from(['a'])),
      );
      expect(await exceptionOf(call)).toMatchObject(NOT_SENT);
      expect(gate.held).toBe(3);
    });

    it('was not sent when the client ends', async () => {
      const { api, gate, module } = await start({ drainTimeout: 0 });
      gate.mood = 'silent';
      const call = exceptionOf(api.post('/payments/', PAYMENT));
      await until(() => gate.held === 1);
      await module.close();
      expect(await call).toMatchObject({ code: 'client_closed', outcome: 'not-sent' });
      await until(() => gate.heldAndClosed === 1);
    });

    it('ends with the reason of its signal, and closes its connection', async () => {
      const { api, gate } = await start();
      gate.mood = 'silent';
      const controller = new AbortController();
      const reason = new Error('The caller has gone.');
      const call = rejectionOf(api.post('/payments/', PAYMENT, { signal: controller.signal }));
      await until(() => gate.held === 1);
      controller.abort(reason);
      expect(await call).toBe(reason);
      await until(() => gate.heldAndClosed === 1);
    });

    it('was not sent when an interceptor stands before it', async () => {
      const { api, gate, sandbox } = await start({
        interceptors: [{ intercept: (request, next) => next(request) }],
      });
      gate.mood = 'silent';
      const call = hurried(sandbox.clock, api.post('/payments/', PAYMENT));
      expect(await exceptionOf(call)).toMatchObject(NOT_SENT);
    });

    it('was refused when the API has responded with a 401 before', async () => {
      const { api, gate, sandbox, tokens } = await start({ retry: false });
      await api.me();
      sandbox.fail({ on: 'api', status: 401, headers: { connection: 'close' } });
      const tokensBefore = sandbox.counters.tokenRequests;
      const call = exceptionOf(api.post('/payments/', PAYMENT));
      await until(() => sandbox.counters.tokenRequests > tokensBefore);
      gate.mood = 'silent';
      expect(tokens.status().isFetching).toBe(true);
      await until(() => gate.held === 1);
      sandbox.clock.advance(10_000);
      expect(await call).toMatchObject({ ...NOT_SENT, outcome: 'refused' });
    });

    it.each([
      [301, 'refused'],
      [302, 'unknown'],
    ])('behind a %d has the outcome of that', async (status, outcome) => {
      const { api, gate, sandbox } = await start({ retry: false });
      const headers = { location: '/user/me/', connection: 'close' };
      sandbox.fail({ on: 'api', status, headers });
      const call = exceptionOf(api.get('/elsewhere/'));
      await until(() => sandbox.counters.apiRequests === 1);
      gate.mood = 'silent';
      await until(() => gate.held === 1);
      sandbox.clock.advance(10_000);
      expect(await call).toMatchObject({ ...NOT_SENT, outcome });
    });

    it('behind a proxy was not sent, and the hint names both', async () => {
      proxy = await CountingProxy.start();
      const { api, gate, sandbox } = await start({ proxy: proxy.url() });
      gate.mood = 'silent';
      const error = await exceptionOf(hurried(sandbox.clock, api.post('/payments/', PAYMENT)));
      expect(error).toMatchObject(NOT_SENT);
      expect(error.hint).toMatch(/proxy.*baseUrl/);
      expect(gate.held).toBe(3);
    });
  });

  it('whose TLS is reset was not sent', async () => {
    const { api, gate, sandbox } = await start();
    gate.mood = 'resets';
    const error = await exceptionOf(hurried(sandbox.clock, api.post('/payments/', PAYMENT)));
    expect(error).toMatchObject({ code: 'connection_reset', outcome: 'not-sent' });
    expect(gate.held).toBe(3);
  });

  it('whose proxy opens no tunnel was not sent', async () => {
    proxy = await CountingProxy.start();
    const { api, sandbox } = await start({ proxy: proxy.url() });
    const tunnels = proxy.tunnels.length;
    proxy.mood = 'silent';
    const error = await exceptionOf(hurried(sandbox.clock, api.post('/payments/', PAYMENT)));
    expect(error).toMatchObject(NOT_SENT);
    expect(error.hint).toContain('proxy');
    expect(proxy.tunnels.length - tunnels).toBe(3);
    await until(() => proxy?.abandoned === 3);
  });

  it('that cannot connect over TCP was not sent', async () => {
    const full = await FullBacklog.start();
    const transport = withToken(transportOf({ connections: 1 }));
    const baseUrl = `https://127.0.0.1:${full.port}`;
    const { api, sandbox } = await start({ baseUrl, transport });
    const call = hurried(sandbox.clock, api.post('/payments/', PAYMENT));
    expect(await exceptionOf(call)).toMatchObject(NOT_SENT);
    await full.stop();
  });
});

describe('a call over a dispatcher of the application', () => {
  it('whose TLS is never set up was not sent', async () => {
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const transport = withToken(undiciTransport({ dispatcher }));
    const client = await startGatedClient({ transport, retry: { maxDelay: 0 } });
    client.gate.mood = 'silent';
    const call = hurried(client.sandbox.clock, client.api.post('/payments/', PAYMENT));
    expect(await exceptionOf(call)).toMatchObject(NOT_SENT);
    await client.stop();
    await dispatcher.destroy();
  });
});
