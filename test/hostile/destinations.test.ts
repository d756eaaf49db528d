import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseDestinationException } from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { Sink } from '../support/sink.js';
import { ADMITTED, BESIDE, ELSEWHERE, type Ports } from './destination-rows.js';
import { startRewrittenClient, WAYS, type RewrittenClient } from './faces.js';

const PREFIX = '/api/v1';
/** The way that takes a URL as it is sent, and no path below `baseUrl`. */
const ABSOLUTE_ONLY = 'an interceptor of ours, on the other face';

describe('destinations', () => {
  let sandbox: CryptofuseSandbox;
  let sink: Sink;
  let client: RewrittenClient;
  let ports: Ports;
  /** The number of requests before the test. */
  let before: number;

  beforeAll(async () => {
    sandbox = await CryptofuseSandbox.start({ prefix: PREFIX, apiLimit: false, tokenLimit: false });
    sink = await Sink.start();
    client = await startRewrittenClient({ ...sandbox.moduleOptions, retry: false });
    ports = { sink: sink.port, sandbox: Number(new URL(sandbox.url).port) };
    await client.api.me();
  });
  afterAll(async () => {
    await client.module.close();
    await sandbox.stop();
    await sink.stop();
  });
  beforeEach(() => {
    before = sandbox.requests.length;
  });
  afterEach(() => {
    client.url = undefined;
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  const sentPaths = (): readonly string[] => sandbox.requests.slice(before).map(({ path }) => path);

  async function expectRefusal(path: string): Promise<void> {
    for (const [name, call] of Object.entries(WAYS)) {
      client.url = undefined;
      const refused = await exceptionOf(call(client, path, sandbox.url));
      expect([name, refused.constructor]).toEqual([name, CryptofuseDestinationException]);
      expect(refused).toMatchObject({ code: 'destination_refused', outcome: 'not-sent' });
    }
    expect(sentPaths()).toEqual([]);
  }

  it('are listed in a table that is long enough', () => {
    expect(ELSEWHERE.length + BESIDE.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ELSEWHERE.map((row) => row(ports))).size).toBe(ELSEWHERE.length);
    expect(new Set(BESIDE.map((row) => row(ports))).size).toBe(BESIDE.length);
  });

  it.each(ELSEWHERE.map((row) => [row({ sink: 1, sandbox: 2 }), row] as const))(
    'elsewhere, %j, are refused before a byte is sent',
    async (_, row) => {
      await expectRefusal(row(ports));
    },
  );

  it.each(BESIDE.map((row) => [row({ sink: 1, sandbox: 2 }), row] as const))(
    'beside baseUrl, %j, are refused before a byte is sent',
    async (_, row) => {
      await expectRefusal(row(ports));
    },
  );

  it.each(ADMITTED)('below baseUrl, %j, arrive as %j', async (path, arrives) => {
    for (const [name, call] of Object.entries(WAYS)) {
      client.url = undefined;
      before = sandbox.requests.length;
      const url = name === ABSOLUTE_ONLY ? `${sandbox.url}${arrives}` : path;
      // The response of the sandbox does not matter here.
      await call(client, url, sandbox.url).catch(() => undefined);
      expect([name, sentPaths()]).toEqual([name, [`${PREFIX}${arrives}`]]);
      expect(sandbox.requests.at(-1)?.headers.authorization).toBe('Bearer [secret]');
    }
  });

  it.each([
    ['http://127.0.0.1:1/', 'next=http%3A%2F%2F127.0.0.1%3A1%2F'],
    ['../../#@evil.example', 'next=..%2F..%2F%23%40evil.example'],
    ['a\r\nHost: evil.example', 'next=a%0D%0AHost%3A+evil.example'],
    ['\\\\evil.example\u0000', 'next=%5C%5Cevil.example%00'],
  ])('are not changed by a query with %j', async (next, query) => {
    await client.api.get('/payments/', { query: { next } });
    expect(sandbox.requests.at(-1)?.path).toBe(`${PREFIX}/payments/?${query}`);
    await client.http.axiosRef.get('/payments/', { params: { next } });
    const sent = new URL(sandbox.requests.at(-1)?.path ?? '', sandbox.url);
    expect([sent.pathname, sent.searchParams.get('next')]).toEqual([`${PREFIX}/payments/`, next]);
  });

  it.each(['\r\nHost: evil.example', ' HTTP/1.1', '\\', '\u0000'])(
    'are not changed by a serializer of axios that writes %j',
    async (written) => {
      const call = client.http.axiosRef.get('/payments/', {
        params: { a: 1 },
        paramsSerializer: () => written,
      });
      expect(await exceptionOf(call)).toBeInstanceOf(CryptofuseDestinationException);
      expect(sentPaths()).toEqual([]);
    },
  );
});
