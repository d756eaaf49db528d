import { afterEach, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { Transport } from '../../lib/contracts/transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { sentThrough } from '../support/sent-through.js';

/** Resources that Node creates for a connection and keeps as long as it. */
const CONNECTION = new Set(['TCPWRAP', 'TLSWRAP']);
const SCHEMES = [
  ['http', undefined],
  ['https', SELF_SIGNED],
] as const;

describe.each([
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
])('a connection, on %s', (_, factory) => {
  const storage = new AsyncLocalStorage<string>();
  let server: CountingServer;
  let proxy: CountingProxy | undefined;
  let transport: Transport | undefined;

  afterEach(async () => {
    transport?.close();
    await server.stop();
    await proxy?.stop();
    proxy = undefined;
  });

  /** Sends a request, verifying no certificate; returns what its connection created in the caller's async context. */
  async function heldByCaller(): Promise<string[]> {
    server.isPrompt = true;
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const made = factory({ origin: server.origin, proxy: proxy?.url() });
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    transport = made;
    const held: string[] = [];
    const hook = createHook({
      init: (__, type) => {
        if (storage.getStore() !== undefined && CONNECTION.has(type)) held.push(type);
      },
    }).enable();
    const body = await storage.run('caller', () => sentThrough(made, server.origin, '/'));
    hook.disable();
    expect(body).toBe('fine');
    return held;
  }

  describe.each(SCHEMES)('to a server that speaks %s', (__, identity) => {
    it('holds nothing of the call that opened it', async () => {
      server = await CountingServer.start(identity);
      expect(await heldByCaller()).toEqual([]);
    });

    it.each(SCHEMES)(
      'through a proxy that speaks %s holds nothing of that call either',
      async (___, of) => {
        server = await CountingServer.start(identity);
        proxy = await CountingProxy.start(of);
        expect(await heldByCaller()).toEqual([]);
      },
    );
  });
});
