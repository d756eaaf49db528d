import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type net from 'node:net';
import { firstValueFrom } from 'rxjs';
import { CryptofuseServerException } from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { RawServer } from '../support/raw-answers.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

const TRANSPORTS = [
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
] as const;
const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const FINE = '{"fine":true}';
const TOKEN = '{"access_token":"raw-token","token_type":"Bearer","expires_in":3600}';
const TOKEN_PATH = '/o/token/';
const PAYMENT = { amount: '10.00', currency: 'USDT' };

const NOT_HTTP: readonly (readonly [name: string, bytes: string])[] = [
  ['garbage', 'garbage\r\n\r\n'],
  ['a page alone', '<html>hello</html>'],
  ['a banner of SSH', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['an alert of TLS', '\x15\x03\x01\x00\x02\x02\x46'],
  ['no version', 'HTTP 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['two lengths', `${JSON_HEAD}Content-Length: 13\r\nContent-Length: 1\r\n\r\n{"fine":true}`],
  ['headers that are too large', `${JSON_HEAD}X: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['chunks that are none', `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
];

function framed(json: string): string {
  return `${JSON_HEAD}Content-Length: ${json.length}\r\n\r\n${json}`;
}

describe.each(TRANSPORTS)('over %s, a response that is not HTTP', (_, transport) => {
  let server: RawServer;
  let client: SandboxClient;
  let requests: number;
  /** The number of broken responses before a proper one. */
  let bad: number;
  let bytes: string;
  let tokenRequests: number;
  let badTokens: number;

  beforeEach(async () => {
    requests = 0;
    tokenRequests = 0;
    badTokens = 0;
    bad = Infinity;
    const respond =
      (fine: string) =>
      (socket: net.Socket): void => {
        requests += 1;
        if (requests > bad) socket.write(fine);
        else socket.end(bytes, 'latin1');
      };
    const grant = (socket: net.Socket): void => {
      tokenRequests += 1;
      if (tokenRequests <= badTokens) socket.end(bytes);
      else socket.write(framed(TOKEN));
    };
    server = await RawServer.start(
      new Map([
        ['/a/', respond(framed(FINE))],
        ['/head/', respond(framed(FINE).replace(FINE, ''))],
        [TOKEN_PATH, grant],
      ]),
    );
    client = await startSandboxClient({
      client: { baseUrl: server.url, transport, retry: { maxDelay: 0 } },
    });
  });
  afterEach(async () => {
    await client.stop();
    await server.stop();
  });

  const get = (): Promise<unknown> => firstValueFrom(client.http.get<unknown>('/a/'));
  const malformed = {
    code: 'response_malformed',
    outcome: 'unknown',
    upstreamStatus: undefined,
    retryable: true,
  };

  describe.each(NOT_HTTP)('but %s', (_name, sent) => {
    beforeEach(() => {
      bytes = sent;
    });

    it('causes a GET to be retried, on both faces', async () => {
      bad = 2;
      expect(await client.api.get('/a/')).toEqual({ fine: true });
      expect(requests).toBe(3);
      requests = 0;
      expect(await get()).toMatchObject({ data: { fine: true } });
      expect(requests).toBe(3);
    });

    it('ends a GET after its last retry', async () => {
      for (const call of [client.api.get('/a/'), get()]) {
        const exception = await exceptionOf(call);
        expect(exception).toBeInstanceOf(CryptofuseServerException);
        expect(exception).toMatchObject(malformed);
      }
      expect(requests).toBe(6);
      requests = 0;
      await exceptionOf(client.api.get('/a/', { retry: false }));
      expect(requests).toBe(1);
    });

    it('is unknown for a POST, and nothing is sent twice', async () => {
      const exception = await exceptionOf(client.api.post('/a/', PAYMENT));
      expect(exception).toMatchObject(malformed);
      await exceptionOf(firstValueFrom(client.http.post('/a/', PAYMENT)));
      await exceptionOf(client.api.delete('/a/'));
      expect(requests).toBe(3);
    });
  });

  // A response to HEAD has no chunks, so broken ones are never read.
  it.each(NOT_HTTP.filter(([name]) => !name.startsWith('chunks')))(
    'but %s has a HEAD retried',
    async (_name, sent) => {
      bytes = sent;
      bad = 1;
      expect(await client.api.request('HEAD', '/head/')).toBeUndefined();
      expect(requests).toBe(2);
    },
  );

  it('of the token endpoint leads to another token request, and nothing was sent', async () => {
    bytes = 'garbage';
    badTokens = Infinity;
    bad = 0;
    const call = hurried(client.sandbox.clock, client.api.post('/a/', PAYMENT));
    expect(await exceptionOf(call)).toMatchObject({ ...malformed, outcome: 'not-sent' });
    expect(tokenRequests).toBeGreaterThan(1);
    expect(requests).toBe(0);
  });

  it('of the token endpoint, followed by one that is, lets the call succeed', async () => {
    bytes = 'garbage';
    badTokens = 2;
    bad = 0;
    const call = hurried(client.sandbox.clock, client.api.post('/a/', PAYMENT));
    expect(await call).toEqual({ fine: true });
    expect([tokenRequests, requests]).toEqual([3, 1]);
  });
});
