import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { Transport, TransportRequest } from '../../lib/contracts/transport.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { rejectionOf } from '../support/rejection-of.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { sentThrough } from '../support/sent-through.js';
import { until } from '../support/until.js';

const USER = 'us%40er:pass%3Aword';
const CREDENTIALS = `Basic ${Buffer.from('us@er:pass:word').toString('base64')}`;
const BEARER = { authorization: 'Bearer secret-bearer' };
/** Milliseconds; longer than any request takes that is going to end. */
const DEADLINE = 5_000;

describe.each([
  ['http', undefined],
  ['https', SELF_SIGNED],
] as const)('a proxy that is reached over %s', (_, identity) => {
  let proxy: CountingProxy;
  let server: CountingServer;
  let transport: Transport | undefined;
  beforeEach(async () => {
    proxy = await CountingProxy.start(identity);
  });
  afterEach(async () => {
    transport?.close();
    await server.stop();
    await proxy.stop();
  });

  /** Starts a server and creates a transport to it, which decides then whether to verify certificates. */
  async function start(own: typeof identity, { user = '', isVerified = false } = {}) {
    server = await CountingServer.start(own);
    server.isPrompt = true;
    const { env } = process;
    if (!isVerified) env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    transport = axiosTransport()({ origin: server.origin, proxy: proxy.url(user) });
    delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }

  function send(path: string, more: Partial<TransportRequest> = {}): Promise<string> {
    if (transport === undefined) throw new Error('There is no transport yet.');
    const signal = AbortSignal.timeout(DEADLINE);
    return sentThrough(transport, server.origin, path, { headers: BEARER, signal, ...more });
  }

  describe('and leads to http', () => {
    it.each([
      ['without credentials', '', undefined],
      ['with credentials', USER, CREDENTIALS],
    ])('receives the whole URL, %s', async (__, user, credentials) => {
      await start(undefined, { user });
      expect([await send('/a/?b=c'), await send('/d/')]).toEqual(['fine', 'fine']);
      expect(proxy.requests).toEqual([`GET ${server.origin}/a/?b=c`, `GET ${server.origin}/d/`]);
      expect(proxy.credentials).toEqual([credentials, credentials]);
      expect(proxy.tunnels).toEqual([]);
      const [request] = server.requests;
      expect(request?.headers).toMatchObject({ ...BEARER, host: new URL(server.origin).host });
    });

    it('responds itself when it refuses', async () => {
      proxy.mood = 'refuses';
      await start(undefined);
      expect(await send('/')).toBe('status 407');
      expect(server.requests).toEqual([]);
    });

    it('may have passed on a request whose connection it closes', async () => {
      proxy.mood = 'closes';
      await start(undefined);
      const error = await rejectionOf(send('/'));
      expect(error).toMatchObject({ code: 'connection_reset', outcome: 'unknown' });
    });
  });

  describe('and leads to https', () => {
    it.each([
      ['without credentials', '', undefined],
      ['with credentials', USER, CREDENTIALS],
    ])('is asked for a tunnel, %s, and sees no bearer', async (__, user, credentials) => {
      await start(SELF_SIGNED, { user });
      expect([await send('/a/?b=c'), await send('/d/')]).toEqual(['fine', 'fine']);
      expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(server.origin).host]));
      expect(new Set(proxy.credentials)).toEqual(new Set([credentials]));
      expect(proxy.requests).toEqual([]);
      expect(proxy.tunnelled.length).toBeGreaterThan(0);
      expect(proxy.tunnelled).not.toMatch(/bearer|proxy-authorization/i);
      expect(server.requests.map(({ path }) => path)).toEqual(['/a/?b=c', '/d/']);
      expect(server.requests.map(({ headers }) => headers['proxy-authorization'])).toEqual([
        undefined,
        undefined,
      ]);
    });

    it('opens a separate tunnel for token requests, which closes with the transport', async () => {
      await start(SELF_SIGNED);
      expect([await send('/a/'), await send('/b/', { lane: 'token' })]).toEqual(['fine', 'fine']);
      expect([proxy.tunnels.length, server.connections]).toEqual([2, 2]);
      transport?.close();
      await until(() => server.closed.length === 2);
    });

    it('gets no request for a server whose certificate is not trusted', async () => {
      await start(SELF_SIGNED, { isVerified: true });
      const error = await rejectionOf(send('/'));
      expect(error).toMatchObject({ code: 'tls_failure', outcome: 'not-sent' });
      expect(server.requests).toEqual([]);
    });

    it('does not respond for the server when it refuses', async () => {
      proxy.mood = 'refuses';
      await start(SELF_SIGNED);
      const error = await rejectionOf(send('/'));
      expect(error).toMatchObject({ code: 'connection_failed', outcome: 'not-sent' });
      expect(server.requests).toEqual([]);
    });

    it('ends a request whose connection it closes', async () => {
      proxy.mood = 'closes';
      await start(SELF_SIGNED);
      const error = await rejectionOf(send('/'));
      expect(error).toMatchObject({ code: 'connection_reset', outcome: 'not-sent', peer: 'proxy' });
      expect(proxy.tunnels).toHaveLength(1);
    });
  });
});

describe('a proxy that is not there', () => {
  it.each(['http', 'https'])('ends a request to %s before it is sent', async (scheme) => {
    const origin = `${scheme}://127.0.0.1:9`;
    const gone = await CountingProxy.start();
    const transport = axiosTransport()({ origin, proxy: gone.url() });
    await gone.stop();
    const error = await rejectionOf(sentThrough(transport, origin, '/'));
    expect(error).toMatchObject({ code: 'connection_refused', outcome: 'not-sent' });
    transport.close();
  });
});
