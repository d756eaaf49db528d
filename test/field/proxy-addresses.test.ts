import { afterEach, describe, expect, it } from '@jest/globals';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { Transport, TransportRequest } from '../../lib/contracts/transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { sentThrough } from '../support/sent-through.js';

const IPV4 = '127.0.0.1';
const IPV6 = '::1';
const SCHEMES = [
  ['http', undefined],
  ['https', SELF_SIGNED],
] as const;

describe.each([
  ['axios', axiosTransport({ connections: 1 })],
  ['undici', undiciTransport({ connections: 1 })],
])('over %s', (_, factory) => {
  let server: CountingServer;
  let proxy: CountingProxy | undefined;
  let transport: Transport | undefined;
  afterEach(async () => {
    transport?.close();
    await server.stop();
    await proxy?.stop();
    proxy = undefined;
  });

  /** Sends two requests, one after the other; no certificate is verified. */
  async function sendTwo(more: Partial<TransportRequest> = {}): Promise<string[]> {
    server.isPrompt = true;
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const made = factory({ origin: server.origin, proxy: proxy?.url('us%40er:pa%25ss') });
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    transport = made;
    const send = (path: string) => sentThrough(made, server.origin, path, more);
    return [await send('/a/?b=c'), await send('/d/')];
  }

  describe.each(SCHEMES)('a server with an IPv6 address that speaks %s', (__, identity) => {
    it('is reached', async () => {
      server = await CountingServer.start(identity, IPV6);
      expect(await sendTwo()).toEqual(['fine', 'fine']);
      const hosts = server.requests.map(({ headers }) => headers.host);
      expect(new Set(hosts)).toEqual(new Set([new URL(server.origin).host]));
      expect(server.connections).toBe(1);
    });

    it.each([IPV4, IPV6])('is reached through a proxy at %s', async (host) => {
      server = await CountingServer.start(identity, IPV6);
      proxy = await CountingProxy.start(undefined, host);
      expect(await sendTwo()).toEqual(['fine', 'fine']);
      const hosts = server.requests.map(({ headers }) => headers.host);
      expect(new Set(hosts)).toEqual(new Set([new URL(server.origin).host]));
    });
  });

  describe.each(SCHEMES)('a proxy with an IPv6 address that speaks %s', (__, identity) => {
    it('passes requests for http on, and receives the credentials', async () => {
      server = await CountingServer.start(undefined, IPV4);
      proxy = await CountingProxy.start(identity, IPV6);
      expect(await sendTwo()).toEqual(['fine', 'fine']);
      const credentials = `Basic ${Buffer.from('us@er:pa%ss').toString('base64')}`;
      expect(proxy.credentials).toEqual([credentials, credentials]);
      expect(proxy.requests).toEqual([`GET ${server.origin}/a/?b=c`, `GET ${server.origin}/d/`]);
    });

    it.each([IPV4, IPV6])('opens a tunnel to https at %s, and one is enough', async (host) => {
      server = await CountingServer.start(SELF_SIGNED, host);
      proxy = await CountingProxy.start(identity, IPV6);
      expect(await sendTwo({ method: 'POST', body: Buffer.from('{}') })).toEqual(['fine', 'fine']);
      expect(proxy.tunnels).toEqual([new URL(server.origin).host]);
      expect(server.connections).toBe(1);
    });

    it('opens another tunnel when the server has closed the first one', async () => {
      server = await CountingServer.start(SELF_SIGNED, IPV4);
      server.headers = { connection: 'close' };
      proxy = await CountingProxy.start(identity, IPV6);
      expect(await sendTwo({ method: 'POST', body: Buffer.from('{}') })).toEqual(['fine', 'fine']);
      expect(proxy.tunnels).toHaveLength(2);
    });

    it('passes large bodies both ways', async () => {
      server = await CountingServer.start(SELF_SIGNED, IPV4);
      server.body = 'x'.repeat(3_000_000);
      proxy = await CountingProxy.start(identity, IPV6);
      const body = Buffer.alloc(3_000_000, 'y');
      const sent = await sendTwo({ method: 'POST', body, maxResponseSize: 4_000_000 });
      expect(sent.map(({ length }) => length)).toEqual([3_000_000, 3_000_000]);
      expect(server.received).toBe(6_000_000);
    });
  });
});
