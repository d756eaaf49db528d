import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { Clock } from '../../lib/clock/clock.js';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseException,
  type TransportFactory,
} from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { withToken } from '../support/with-token.js';

/** The timeout is very long because the clock advances during host lookups, which are slow. */
const OPTIONS = {
  clientId: 'shop',
  clientSecret: 'the secret of the shop',
  timeout: 2 ** 31 - 1,
  retry: false,
} as const;
/** A port that nothing listens on. */
const NOWHERE = '127.0.0.1:9';
const UNKNOWN_HOST = 'nowhere.invalid';

const viaService = (module: TestingModule): Promise<unknown> =>
  module.get(CryptofuseService).post('/payments/', {});
const viaHttpService = (module: TestingModule): Promise<unknown> =>
  firstValueFrom(module.get(CryptofuseHttpService).post('/payments/', {}));

describe.each([
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
])('over %s', (_, transport) => {
  describe.each<[string, TransportFactory, typeof viaService]>([
    ['token request', transport, viaService],
    ['call of CryptofuseService', withToken(transport), viaService],
    ['call of CryptofuseHttpService', withToken(transport), viaHttpService],
  ])('a %s that finds no connection says what to do', (__, factory, send) => {
    let server: CountingServer | undefined;
    let proxy: CountingProxy | undefined;
    afterEach(async () => {
      await server?.stop();
      await proxy?.stop();
      server = undefined;
      proxy = undefined;
    });

    async function failed(baseUrl: string, through?: string): Promise<CryptofuseException> {
      const stated = { ...OPTIONS, baseUrl, transport: factory, proxy: through };
      const imports = [CryptofuseModule.forRoot(stated)];
      const clock = new VirtualClock({ frozen: true });
      const testing = Test.createTestingModule({ imports }).overrideProvider(Clock);
      const module = await testing.useValue(clock).compile();
      module.useLogger(false);
      const error = await exceptionOf(hurried(clock, send(module)));
      await module.close();
      expect(error.outcome).toBe('not-sent');
      return error;
    }

    it.each([
      ['dns_failure', `https://${UNKNOWN_HOST}`],
      ['connection_refused', `https://${NOWHERE}`],
    ])('of %s, when the server is not found', async (code, baseUrl) => {
      const { code: told, hint } = await failed(baseUrl);
      expect(told).toBe(code);
      expect(hint).toContain('baseUrl');
      expect(hint).not.toContain('proxy');
    });

    it.each([
      ['dns_failure', `http://${UNKNOWN_HOST}:3128`, `https://${NOWHERE}`],
      ['dns_failure', `http://${UNKNOWN_HOST}:3128`, `http://${NOWHERE}`],
      ['dns_failure', `https://${UNKNOWN_HOST}:3128`, `https://${NOWHERE}`],
      ['connection_refused', `http://${NOWHERE}`, `https://${UNKNOWN_HOST}`],
      ['connection_refused', `http://${NOWHERE}`, `http://${NOWHERE}`],
      ['connection_refused', `https://${NOWHERE}`, `https://${UNKNOWN_HOST}`],
    ])('of %s, when the proxy %s is not found', async (code, through, baseUrl) => {
      const { code: told, hint } = await failed(baseUrl, through);
      expect(told).toBe(code);
      expect(hint).toContain('proxy');
      expect(hint).not.toContain('baseUrl');
    });

    it.each(['refuses', 'closes'] as const)('when the proxy %s', async (mood) => {
      proxy = await CountingProxy.start();
      proxy.mood = mood;
      const { code, hint, message } = await failed(`https://${UNKNOWN_HOST}`, proxy.url());
      expect(code).toBe(mood === 'refuses' ? 'connection_failed' : 'connection_reset');
      expect(`${message} ${hint}`).toContain('option proxy');
    });

    it.each([
      ['is spoken to in http, but speaks https', SELF_SIGNED],
      ['is spoken to in https, but speaks http', undefined],
    ])('when the proxy %s', async (___, identity) => {
      proxy = await CountingProxy.start(identity);
      const through = proxy.url().replace(/^https?/, identity === undefined ? 'https' : 'http');
      const { code, hint } = await failed(`https://${UNKNOWN_HOST}`, through);
      expect(['tls_failure', 'connection_reset', 'connection_failed']).toContain(code);
      expect(hint).toContain('proxy');
    });

    it('when the certificate of the server is not trusted', async () => {
      server = await CountingServer.start(SELF_SIGNED);
      const { code, hint } = await failed(server.origin);
      expect(code).toBe('tls_failure');
      expect(hint).toMatch(/baseUrl.*self-signed.*NODE_EXTRA_CA_CERTS/);
    });

    it('when the certificate of the server behind a proxy is not trusted', async () => {
      server = await CountingServer.start(SELF_SIGNED);
      proxy = await CountingProxy.start();
      const { code, hint } = await failed(server.origin, proxy.url());
      expect(code).toBe('tls_failure');
      expect(hint).toMatch(/baseUrl.*self-signed.*proxy.*NODE_EXTRA_CA_CERTS/);
    });

    it.each(['http', 'https'])(
      'when the certificate of the proxy to %s is not trusted',
      async (scheme) => {
        proxy = await CountingProxy.start(SELF_SIGNED);
        const { code, hint } = await failed(`${scheme}://${NOWHERE}`, proxy.url());
        expect(code).toBe('tls_failure');
        expect(hint).toMatch(/proxy.*self-signed.*NODE_EXTRA_CA_CERTS/);
        expect(hint).not.toContain('baseUrl');
        expect(proxy.tunnels).toEqual([]);
      },
    );
  });

  it.each<[string, TransportFactory, typeof viaService]>([
    ['token request', transport, viaService],
    ['call', withToken(transport), viaService],
  ])(
    'a proxy that asks for credentials is named when a %s to http meets it',
    async (__, factory, send) => {
      const proxy = createServer((request, response) => {
        request.resume();
        response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('<html>No.</html>');
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const { port } = proxy.address() as AddressInfo;
      const through = `http://127.0.0.1:${port}`;
      const stated = {
        ...OPTIONS,
        baseUrl: `http://${NOWHERE}`,
        transport: factory,
        proxy: through,
      };
      const imports = [CryptofuseModule.forRoot(stated)];
      const module = await Test.createTestingModule({ imports }).compile();
      module.useLogger(false);
      const { code, upstreamStatus, hint } = await exceptionOf(send(module));
      expect({ code, upstreamStatus }).toEqual({ code: 'http_407', upstreamStatus: 407 });
      expect(hint).toMatch(/user and password.*option proxy/);
      expect(hint).not.toContain('baseUrl');
      await module.close();
      proxy.close();
    },
  );
});
