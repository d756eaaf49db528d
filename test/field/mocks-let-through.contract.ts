import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { Transport } from '../../lib/contracts/transport.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import type { MockedApi } from '../support/mocked-api.js';
import { rejectionOf } from '../support/rejection-of.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { sentThrough } from '../support/sent-through.js';

/** The contract for requests that a mock does not handle, and passes to the network. */
export function describeLetThrough(start: () => Promise<MockedApi>): void {
  describe('that lets a request through', () => {
    let mock: MockedApi;
    let server: CountingServer;
    let proxy: CountingProxy;
    let transport: Transport | undefined;
    beforeEach(async () => {
      server = await CountingServer.start(SELF_SIGNED);
      server.isPrompt = true;
      proxy = await CountingProxy.start();
      mock = await start();
    });
    afterEach(async () => {
      await mock.stop();
      transport?.close();
      await server.stop();
      await proxy.stop();
    });

    function send(through: string | undefined): Promise<string> {
      const { env } = process;
      env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      transport = axiosTransport()({ origin: server.origin, proxy: through });
      delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
      return sentThrough(transport, server.origin, '/');
    }

    it('to the server', async () => {
      expect(await send(undefined)).toBe('fine');
    });

    it('to the server through a proxy', async () => {
      expect(await send(proxy.url())).toBe('fine');
      expect(proxy.tunnels).toEqual([new URL(server.origin).host]);
    });

    it("takes no refusal of a proxy for the server's response", async () => {
      proxy.mood = 'refuses';
      const refusal = { code: 'connection_failed', outcome: 'not-sent', peer: 'proxy' };
      expect(await rejectionOf(send(proxy.url()))).toMatchObject(refusal);
      expect(server.requests).toEqual([]);
    });
  });
}
