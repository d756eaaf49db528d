import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { Agent, Pool, type Dispatcher } from 'undici';
import { LightAbortController } from '../../lib/transport/cancellation.js';
import type { Transport, TransportRequest } from '../../lib/contracts/transport.js';
import { undiciTransport, type UndiciTransportOptions } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { sentThrough } from '../support/sent-through.js';
import { until } from '../support/until.js';

describe('undiciTransport', () => {
  let server: CountingServer;
  const transports: Transport[] = [];
  beforeEach(async () => {
    server = await CountingServer.start();
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.close();
    await server.stop();
  });

  function make(options?: UndiciTransportOptions, proxy?: string): Transport {
    const transport = undiciTransport(options)({ origin: server.origin, proxy });
    transports.push(transport);
    return transport;
  }

  const send = (transport: Transport, path = '/', more: Partial<TransportRequest> = {}) =>
    sentThrough(transport, server.origin, path, more);

  const sendAll = (transport: Transport, count: number, more: Partial<TransportRequest> = {}) =>
    Promise.all(Array.from({ length: count }, (_, index) => send(transport, `/${index}/`, more)));

  /** Responds to one request after the other, each once `atOnce` of them are waiting. */
  async function answerAll(count: number, atOnce: number): Promise<void> {
    for (let answered = 0; answered < count; answered += 1) {
      await server.arrived(Math.min(count, answered + atOnce));
      server.requests[answered]?.answer();
    }
  }

  describe('with a dispatcher', () => {
    it('sends calls and token requests through it, and leaves it open', async () => {
      const paths: string[] = [];
      const agent = new Agent();
      const dispatcher = agent.compose((dispatch) => (options, handler) => {
        paths.push(options.path);
        return dispatch(options, handler);
      });
      const transport = undiciTransport({ dispatcher });
      const client = await startSandboxClient({ client: { transport } });
      await client.api.me();
      await client.module.close();
      expect(paths).toEqual(['/o/token/', '/user/me/']);
      expect([agent.closed, agent.destroyed]).toEqual([false, false]);
      const after = await agent.request({ origin: client.sandbox.url, path: '/', method: 'GET' });
      await after.body.dump();
      await agent.close();
      await client.stop();
    });

    it('leaves the connections to it', async () => {
      const dispatcher: Dispatcher = new Pool(server.origin, { connections: 3 });
      const sent = sendAll(make({ dispatcher, connections: 1 }), 6);
      await answerAll(6, 3);
      expect(await sent).toEqual(Array(6).fill('fine'));
      expect([server.connections, server.mostAtOnce]).toEqual([3, 3]);
      await dispatcher.close();
    });
  });

  describe('with connections', () => {
    it.each([
      ['one', { connections: 1 }, 3, 1],
      ['two', { connections: 2 }, 7, 2],
      ['as many as there are without', {}, 70, 64],
    ])('opens %s, and makes further calls wait', async (_, options, calls, connections) => {
      const sent = sendAll(make(options), calls);
      await answerAll(calls, connections);
      expect(await sent).toEqual(Array(calls).fill('fine'));
      expect([server.connections, server.mostAtOnce]).toEqual([connections, connections]);
    });

    it('opens no more through a proxy', async () => {
      const proxy = await CountingProxy.start();
      const sent = sendAll(make({ connections: 2 }, proxy.url()), 7);
      await answerAll(7, 2);
      expect(await sent).toEqual(Array(7).fill('fine'));
      expect([proxy.connections, server.mostAtOnce]).toEqual([2, 2]);
      await proxy.stop();
    });

    it('opens eight more for token requests, which wait for no call', async () => {
      const transport = make({ connections: 1 });
      const call = send(transport);
      await server.arrived(1);
      const tokens = sendAll(transport, 9, { lane: 'token' });
      await server.arrived(9);
      server.requests[1]?.answer();
      await server.arrived(10);
      for (const request of server.requests) request.answer();
      expect([await call, ...(await tokens)]).toEqual(Array(10).fill('fine'));
      expect([server.connections, server.mostAtOnce]).toEqual([9, 9]);
    });

    it('closes idle and busy ones, with the requests under way', async () => {
      const transport = make();
      const answered = send(transport);
      const unanswered = rejectionOf(send(transport));
      await server.arrived(2);
      server.requests[0]?.answer();
      await answered;
      transport.close();
      expect(await unanswered).toMatchObject({ code: 'connection_reset', outcome: 'unknown' });
      await until(() => server.closed.length === 2);
    });
  });

  describe('with pipelining', () => {
    it.each([
      ['one', {}, 'GET', 1],
      ['two', { pipelining: 2 }, 'GET', 2],
      ['one, of what may not be sent twice,', { pipelining: 2 }, 'POST', 1],
    ])('sends %s at once on a connection', async (_, options, method, atOnce) => {
      const sent = sendAll(make({ ...options, connections: 1 }), 2, { method });
      (await server.arrived(1)).begin();
      await server.arrived(atOnce);
      server.requests[0]?.answer();
      (await server.arrived(2)).answer();
      expect(await sent).toEqual(['fine', 'fine']);
      expect([server.connections, server.mostAtOnce]).toEqual([1, atOnce]);
    });
  });

  describe('with a time for idle connections', () => {
    beforeEach(() => {
      server.isPrompt = true;
    });

    /** Opens a connection with each of `options`, and returns the number of the first one to close. */
    async function firstClosed(...options: readonly UndiciTransportOptions[]): Promise<number> {
      for (const stated of options) await send(make(stated));
      expect(server.connections).toBe(options.length);
      await until(() => server.closed.length > 0);
      return server.closed[0] ?? 0;
    }

    it('closes them after keepAliveTimeout', async () => {
      expect(await firstClosed({}, { keepAliveTimeout: 1 })).toBe(2);
    });

    it('closes them after keepAliveMaxTimeout, whatever the server says', async () => {
      server.headers = { 'keep-alive': 'timeout=600' };
      expect(await firstClosed({ keepAliveTimeout: 1 }, { keepAliveMaxTimeout: 1 })).toBe(2);
    });

    it('reuses one until then', async () => {
      const transport = make({ connections: 1 });
      for (const path of ['/1/', '/2/', '/3/']) await send(transport, path);
      expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
    });
  });

  describe('whose call has a form with headers that cannot be sent', () => {
    let client: SandboxClient;
    beforeEach(async () => {
      const transport = undiciTransport({ connections: 2 });
      client = await startSandboxClient({ client: { transport, retry: false } });
    });
    afterEach(() => client.stop());

    it('loses no connection', async () => {
      for (const value of ['a\nb', 'a\u0100', 1]) {
        const getHeaders = () => ({ 'content-type': value });
        const form = Object.assign(new PassThrough(), { getHeaders });
        const problems = [{ property: 'body' }];
        expect(await exceptionOf(client.api.post('/payments/', form))).toMatchObject({ problems });
      }
      expect(await client.api.me()).toBeDefined();
    });
  });

  it('ends queued requests too when it closes', async () => {
    const transport = make({ connections: 1 });
    const ends = Promise.all(
      ['/1/', '/2/', '/3/'].map((path) => rejectionOf(send(transport, path))),
    );
    await server.arrived(1);
    transport.close();
    expect(await ends).toMatchObject([
      { code: 'connection_reset', outcome: 'unknown' },
      { outcome: 'not-sent' },
      { outcome: 'not-sent' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['of its own', {}],
    ['that is shared', { pipelining: 2 }],
  ])(
    'leaves a connection %s to others when a call that waited for it is aborted',
    async (_, options) => {
      const transport = make({ ...options, connections: 1 });
      const first = send(transport, '/first/');
      await server.arrived(1);
      const end = new LightAbortController();
      const reason = new Error('The caller has gone.');
      const aborted = rejectionOf(send(transport, '/aborted/', { signal: end }));
      const last = send(transport, '/last/');
      end.abort(reason);
      expect(await aborted).toBe(reason);
      server.requests[0]?.answer();
      (await server.arrived(2)).answer();
      expect(await Promise.all([first, last])).toEqual(['fine', 'fine']);
      expect(server.requests.map(({ path }) => path)).toEqual(['/first/', '/last/']);
      expect([server.connections, server.closed]).toEqual([1, []]);
    },
  );
});
