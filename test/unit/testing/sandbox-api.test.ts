import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller } from './sandbox-caller.js';

const START = Date.UTC(2025, 0, 1);

describe('CryptofuseSandbox, the API', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;
  let token: string;
  let readToken: string;

  beforeAll(async () => {
    const clock = new VirtualClock({ frozen: true, now: START });
    sandbox = await CryptofuseSandbox.start({ clock, prefix: 'api/v1/' });
    caller = new SandboxCaller(sandbox);
  });

  beforeEach(async () => {
    sandbox.reset();
    token = await caller.token();
    readToken = await caller.token('read');
  });

  afterAll(() => sandbox.stop());

  describe('authorization', () => {
    it.each([
      ['missing', undefined, 'Bearer realm="api"'],
      ['of another scheme', 'Basic abc', 'Bearer realm="api"'],
      ['a scheme without a token', 'Bearer', 'Bearer realm="api"'],
      ['garbage', 'Bearer a b', 'Bearer realm="api"'],
      [
        'an unknown token',
        'Bearer nope',
        'Bearer realm="api",error="invalid_token",error_description="The access token is invalid."',
      ],
    ])('refuses a call whose authorization is %s', async (_, authorization, challenge) => {
      const response = await caller.send('/user/me/', {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(challenge);
      expect(response.json).toEqual({
        error: {
          code: 'authentication_failed',
          message: 'Invalid authentication credentials',
          details: { hint: 'Check your client_id and client_secret' },
        },
      });
    });

    it.each(['Bearer', 'bearer', 'BEARER', 'Bearer '])(
      'accepts the scheme spelt %p',
      async (scheme) => {
        const headers = { authorization: `${scheme} ${token}` };
        expect((await caller.send('/user/me/', { headers })).status).toBe(200);
      },
    );

    it('requires the write scope before it looks at anything else', async () => {
      const { status, json } = await caller.call('DELETE', '/payments/nope/', readToken);
      expect(status).toBe(403);
      expect(json).toEqual({
        error: {
          code: 'permission_denied',
          message: 'Token does not have required scope',
          details: { required_scopes: ['write'], token_scopes: ['read'] },
        },
      });
    });

    it('requires the read scope of a GET', async () => {
      const { status, json } = await caller.call('GET', '/user/me/', await caller.token('write'));
      expect(status).toBe(403);
      expect(json).toMatchObject({ error: { details: { required_scopes: ['read'] } } });
    });
  });

  it('returns the merchant at /user/me/', async () => {
    const { status, json } = await caller.call('GET', '/user/me/', token);
    expect(status).toBe(200);
    expect(json).toEqual({
      name: 'Your Merchant Name',
      schema_name: 'tenant_yourname',
      created_on: '2025-01-01T00:00:00Z',
    });
  });

  it('responds to HEAD as to GET, without the body', async () => {
    const { status, headers, text } = await caller.call('HEAD', '/user/me/', token);
    expect(status).toBe(200);
    expect(headers.get('content-length')).toBe('97');
    expect(text).toBe('');
  });

  it('dates responses by its own clock', async () => {
    const { headers } = await caller.send('/user/me/');
    expect(headers.get('date')).toBe('Wed, 01 Jan 2025 00:00:00 GMT');
  });

  it.each([
    ['POST', '/user/me/', 'GET, HEAD'],
    ['OPTIONS', '/user/me/', 'GET, HEAD'],
    ['PUT', '/payments/', 'GET, POST, HEAD'],
    ['POST', '/payments/pay_1/', 'GET, PUT, PATCH, DELETE, HEAD'],
    ['GET', '/echo/', 'POST, PUT'],
  ])('refuses %s %s with 405 and lists the allowed methods', async (method, path, allow) => {
    const { status, headers, json } = await caller.call(method, path, token);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allow);
    expect(json).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  describe('streams', () => {
    const BYTES = 3 * 1024 * 1024 + 1;

    it('responds to /echo/ with the size and digest of what it was sent', async () => {
      const body = Buffer.alloc(BYTES, 'x');
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/x; a=b' };
      const { status, json } = await caller.send('/echo/', { method: 'PUT', headers, body });
      expect(status).toBe(200);
      expect(json).toEqual({
        bytes: BYTES,
        content_type: 'text/x; a=b',
        sha256: createHash('sha256').update(body).digest('hex'),
      });
    });

    it('requires the write scope at /echo/', async () => {
      const { status } = await caller.call('POST', '/echo/', readToken, {});
      expect(status).toBe(403);
    });

    it('exports as many bytes as it is asked for', async () => {
      const response = await caller.call('GET', `/export/?bytes=${BYTES}`, readToken);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('content-length')).toBe(String(BYTES));
      expect(response.text).toHaveLength(BYTES);
    });

    it.each(['', '?bytes=-1', '?bytes=a'])('refuses an export with the query %p', async (query) => {
      const { status, json } = await caller.call('GET', `/export/${query}`, readToken);
      expect(status).toBe(400);
      expect(json).toMatchObject({ error: { details: { bytes: expect.anything() } } });
    });
  });

  describe('paths', () => {
    it.each([
      ['POST', '/o/token?a=1', '/api/v1/o/token/?a=1'],
      ['POST', '/o/revoke_token', '/api/v1/o/revoke_token/'],
      ['GET', '/user/me', '/api/v1/user/me/'],
      ['POST', '/payments', '/api/v1/payments/'],
      ['DELETE', '/payments/pay_1', '/api/v1/payments/pay_1/'],
    ])('redirects %s %s to the path with its last slash', async (method, path, location) => {
      const { status, headers, text } = await caller.send(path, { method });
      expect(status).toBe(301);
      expect(headers.get('location')).toBe(location);
      expect(text).toBe('');
    });

    it.each(['/', '/nothing', '/nothing/', '/payments/pay_1/x/', '//payments/'])(
      'responds to %s with a 404 page',
      async (path) => {
        const { status, headers } = await caller.call('GET', path, token);
        expect(status).toBe(404);
        expect(headers.get('content-type')).toBe('text/html');
      },
    );

    it('responds with 404 to a path outside the prefix', async () => {
      const path = '/user/me/';
      const headers = { authorization: `Bearer ${token}` };
      const status = await new Promise((resolve) => {
        const url = new URL(path, sandbox.url);
        request(url, { headers }, (response) => {
          resolve(response.resume().statusCode);
        }).end();
      });
      expect(status).toBe(404);
    });
  });
});

describe('CryptofuseSandbox, the merchant', () => {
  it('returns the merchant that a test chose', async () => {
    const sandbox = await CryptofuseSandbox.start({ merchant: { name: 'Ada' } });
    const caller = new SandboxCaller(sandbox);
    const { json } = await caller.call('GET', '/user/me/', await caller.token());
    expect(json).toEqual({ name: 'Ada' });
    await sandbox.stop();
  });
});
