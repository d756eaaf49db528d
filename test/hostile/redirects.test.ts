import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseServerException } from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { Sink } from '../support/sink.js';

const PREFIX = '/api/v1';
const STATUSES = [301, 302, 303, 307, 308];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const BODY = { amount: '10.00', currency: 'USDT' };

/** Locations to which a server redirects. */
const AWAY: readonly ((sink: number, sandbox: number) => string)[] = [
  (sink) => `http://127.0.0.1:${sink}/api/v1/payments/`,
  (sink) => `//127.0.0.1:${sink}/api/v1/payments/`,
  (sink) => `/\\127.0.0.1:${sink}/`,
  (sink) => `\t//127.0.0.1:${sink}/`,
  (sink) => `http:/127.0.0.1:${sink}/`,
  (sink, sandbox) => `http://127.0.0.1:${sandbox}@127.0.0.1:${sink}/api/v1/`,
  (_, sandbox) => `http://user:password@127.0.0.1:${sandbox}/api/v1/payments/`,
  (_, sandbox) => `https://127.0.0.1:${sandbox}/api/v1/payments/`,
  (_, sandbox) => `http://127.0.0.1:${sandbox}/payments/`,
  (_, sandbox) => `http://localhost:${sandbox}/api/v1/payments/`,
  () => '/payments/',
  () => '../../payments/',
  () => '/api/v1evil/payments/',
  () => '/api/v1/..%2fpayments/',
  () => '/api/v1/%252e%252e/payments/',
];

describe('redirects', () => {
  let client: SandboxClient;
  let sink: Sink;
  let before: number;
  beforeAll(async () => {
    sink = await Sink.start();
    client = await startSandboxClient({ sandbox: { prefix: PREFIX }, client: { retry: false } });
    await client.api.me();
  });
  afterAll(async () => {
    await client.stop();
    await sink.stop();
  });
  beforeEach(() => {
    before = client.sandbox.requests.length;
  });
  afterEach(() => {
    client.sandbox.clearFaults();
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  const sent = (): readonly string[] =>
    client.sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`);

  function redirect(on: 'token' | 'revoke' | 'api', status: number, location: string): void {
    client.sandbox.fail({ on, status, headers: { location } });
  }

  function call(face: string, method: string): Promise<unknown> {
    const data = method === 'GET' || method === 'HEAD' ? undefined : BODY;
    if (face === 'CryptofuseHttpService') {
      return client.http.axiosRef({ method, url: '/payments/', data });
    }
    return client.api.request(method, '/payments/', { body: data });
  }

  const faces = ['CryptofuseService', 'CryptofuseHttpService'];
  const rows = faces.flatMap((face) => METHODS.map((method) => [face, method] as const));

  it.each(rows)('out of baseUrl are refused: %s, %s', async (face, method) => {
    const sandboxPort = Number(new URL(client.sandbox.url).port);
    for (const status of STATUSES) {
      for (const locationOf of AWAY) {
        before = client.sandbox.requests.length;
        const location = locationOf(sink.port, sandboxPort);
        redirect('api', status, location);
        const refused = await exceptionOf(call(face, method));
        expect([location, refused.code]).toEqual([location, 'redirect_refused']);
        expect(refused).toBeInstanceOf(CryptofuseServerException);
        expect(sent()).toEqual([`${method} ${PREFIX}/payments/`]);
      }
    }
  });

  it.each(rows)(
    'below baseUrl are followed for GET and HEAD alone: %s, %s',
    async (face, method) => {
      for (const status of STATUSES) {
        before = client.sandbox.requests.length;
        redirect('api', status, '../user/me/');
        const response = call(face, method);
        if (method !== 'GET' && method !== 'HEAD') {
          expect(await exceptionOf(response)).toMatchObject({ code: 'redirect_refused' });
          expect(sent()).toEqual([`${method} ${PREFIX}/payments/`]);
          continue;
        }
        await response;
        expect(sent()).toEqual([`${method} ${PREFIX}/payments/`, `${method} ${PREFIX}/user/me/`]);
      }
    },
  );

  it.each(faces)('that never end, or finally lead elsewhere, are given up: %s', async (face) => {
    client.sandbox.fail({
      on: { method: 'GET' },
      status: 302,
      headers: { location: '/api/v1/payments/' },
      times: 100,
    });
    expect(await exceptionOf(call(face, 'GET'))).toMatchObject({ code: 'redirect_refused' });
    expect(sent()).toHaveLength(6);
    client.sandbox.clearFaults();
    redirect('api', 302, '/api/v1/user/me/');
    redirect('api', 302, sink.url);
    expect(await exceptionOf(call(face, 'GET'))).toMatchObject({ code: 'redirect_refused' });
  });

  it.each(STATUSES)('with status %i of the token endpoint forward no secret', async (status) => {
    for (const location of [`${sink.url}/o/token/`, `//127.0.0.1:${sink.port}/`, '/o/token/']) {
      const fresh = await startSandboxClient({ client: { retry: false } });
      fresh.sandbox.fail({ on: 'token', status, headers: { location }, times: 100 });
      expect(await exceptionOf(fresh.api.me())).toBeInstanceOf(CryptofuseServerException);
      const paths = fresh.sandbox.requests.map(({ method, path }) => `${method} ${path}`);
      expect(new Set(paths)).toEqual(new Set(['POST /o/token/']));
      await fresh.stop();
    }
  });

  it.each(STATUSES)('with status %i of the revocation forward no token', async (status) => {
    redirect('revoke', status, `${sink.url}/o/revoke_token/`);
    await client.tokens.getToken();
    before = client.sandbox.requests.length;
    await client.tokens.revoke().catch(() => undefined);
    expect(sent()).toEqual([`POST ${PREFIX}/o/revoke_token/`]);
  });
});
