import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller } from './sandbox-caller.js';

const START = Date.UTC(2025, 0, 1);
const PAYMENT = { amount: '10.00', currency: 'USDT' };

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
      ['without a token', 'Bearer', 'Bearer realm="api"'],
      ['with garbage', 'Bearer a b', 'Bearer realm="api"'],
      [
        'with an unknown token',
        'Bearer nope',
        'Bearer realm="api",error="invalid_token",error_description="The access token is invalid."',
      ],
    ])('that is %s', async (_, authorization, challenge) => {
      const answer = await caller.send('/user/me/', {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
      expect(answer.json).toEqual({
        error: {
          code: 'authentication_failed',
          message: 'Invalid authentication credentials',
          details: { hint: 'Check your client_id and client_secret' },
        },
      });
    });

    it.each(['Bearer', 'bearer', 'BEARER', 'Bearer '])('knows the scheme %p', async (scheme) => {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await caller.send('/user/me/', { headers })).status).toBe(200);
    });

    it('asks for write before it looks at anything else', async () => {
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

    it('asks for read', async () => {
      const { status, json } = await caller.call('GET', '/user/me/', await caller.token('write'));
      expect(status).toBe(403);
      expect(json).toMatchObject({ error: { details: { required_scopes: ['read'] } } });
    });
  });

  it('tells who the merchant is', async () => {
    const { status, json } = await caller.call('GET', '/user/me/', token);
    expect(status).toBe(200);
    expect(json).toEqual({
      name: 'Your Merchant Name',
      schema_name: 'tenant_yourname',
      created_on: '2025-01-01T00:00:00Z',
    });
  });

  it('answers HEAD as GET, without the body', async () => {
    const { status, headers, text } = await caller.call('HEAD', '/user/me/', token);
    expect(status).toBe(200);
    expect(headers.get('content-length')).toBe('97');
    expect(text).toBe('');
  });

  it('tells the time by its own clock', async () => {
    const { headers } = await caller.send('/user/me/');
    expect(headers.get('date')).toBe('Wed, 01 Jan 2025 00:00:00 GMT');
  });

  it.each([
    ['POST', '/user/me/', 'GET, HEAD'],
    ['OPTIONS', '/user/me/', 'GET, HEAD'],
    ['PUT', '/payments/', 'GET, POST, HEAD'],
    ['POST', '/payments/pay_1/', 'GET, PUT, PATCH, DELETE, HEAD'],
    ['GET', '/echo/', 'POST, PUT'],
  ])('does not know %s %s', async (method, path, allow) => {
    const { status, headers, json } = await caller.call(method, path, token);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allow);
    expect(json).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  describe('payments', () => {
    it('are created, and told oldest first', async () => {
      const first = await caller.call('POST', '/payments/', token, PAYMENT);
      expect(first.status).toBe(201);
      expect(first.headers.get('location')).toBe('/api/v1/payments/pay_1/');
      expect(first.json).toEqual({
        id: 'pay_1',
        amount: '10.00',
        currency: 'USDT',
        status: 'pending',
        reference: null,
        created_on: '2025-01-01T00:00:00.000Z',
      });
      await caller.call('POST', '/payments/', token, { ...PAYMENT, reference: 'second' });
      const list = await caller.call('GET', '/payments/', readToken);
      expect(list.json).toEqual(sandbox.payments);
      expect(sandbox.payments.map(({ reference }) => reference)).toEqual([null, 'second']);
    });

    it.each([
      ['?status=pending', 1],
      ['?status=paid&status=pending', 1],
      ['?status=paid', 0],
      ['?status=', 0],
    ])('are filtered by %s', async (query, length) => {
      await caller.call('POST', '/payments/', token, PAYMENT);
      const { json } = await caller.call('GET', `/payments/${query}`, token);
      expect(json).toHaveLength(length);
    });

    it('come as a form as well', async () => {
      const authorization = `Bearer ${token}`;
      await caller.postForm('/payments/', 'amount=5&currency=BTC&reference=a+b', authorization);
      const body = new FormData();
      body.set('amount', '6');
      body.set('currency', 'ETH');
      body.set('reference', 'é');
      body.set('receipt', new Blob(['\r\n\r\n--']), 'receipt.pdf');
      await caller.send('/payments/', { method: 'POST', headers: { authorization }, body });
      expect(sandbox.payments).toMatchObject([
        { amount: '5', currency: 'BTC', reference: 'a b' },
        { amount: '6', currency: 'ETH', reference: 'é' },
      ]);
    });

    it.each([
      ['{"a', 400, 'invalid_request', {}],
      ['[]', 400, 'invalid_request', { non_field_errors: expect.anything() }],
      ['null', 400, 'invalid_request', { non_field_errors: expect.anything() }],
      ['', 400, 'invalid_request', { amount: expect.anything(), currency: expect.anything() }],
      ['{"currency":"USDT"}', 400, 'invalid_request', { amount: ['This field is required.'] }],
      ['{"amount":"1"}', 400, 'invalid_request', { currency: ['This field is required.'] }],
      ['{"amount":null,"currency":"USDT"}', 400, 'invalid_request', { amount: expect.anything() }],
      ['{"amount":" ","currency":"USDT"}', 400, 'invalid_request', { amount: expect.anything() }],
      [
        '{"amount":"1","currency":"USDT","reference":{}}',
        400,
        'invalid_request',
        { reference: expect.anything() },
      ],
      ['{"amount":"0.00","currency":"USDT"}', 422, 'invalid_amount', {}],
      ['{"amount":"-1","currency":"USDT"}', 422, 'invalid_amount', {}],
      ['{"amount":"1e3","currency":"x"}', 422, 'invalid_amount', {}],
      ['{"amount":".5","currency":"USDT"}', 422, 'invalid_amount', {}],
      ['{"amount":"1","currency":"usdt"}', 422, 'invalid_currency', {}],
      ['{"currency":"USDTXX"}', 422, 'invalid_currency', {}],
    ])('are refused as %s', async (body, status, code, details) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await caller.send('/payments/', { method: 'POST', headers, body });
      expect(answer.status).toBe(status);
      expect(answer.json).toEqual({ error: { code, message: expect.any(String), details } });
      expect(sandbox.payments).toEqual([]);
    });

    it('may state their amount as a number', async () => {
      await caller.call('POST', '/payments/', token, { amount: 10.5, currency: 'USDT' });
      expect(sandbox.payments).toMatchObject([{ amount: '10.5' }]);
    });

    it.each([
      ['text/plain', 415, 'unsupported_media_type'],
      ['multipart/form-data', 400, 'invalid_request'],
    ])('do not come as %s', async (contentType, status, code) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
      const answer = await caller.send('/payments/', { method: 'POST', headers, body: 'x' });
      expect(answer.status).toBe(status);
      expect(answer.json).toMatchObject({ error: { code } });
    });

    it('are read, replaced, changed and deleted', async () => {
      await caller.call('POST', '/payments/', token, { ...PAYMENT, reference: 'r' });
      const path = '/payments/pay_1/';
      const read = await caller.call('GET', '/payments/pay%5F1/', token);
      expect(read.json).toMatchObject({ id: 'pay_1', reference: 'r' });
      const changed = await caller.call('PATCH', path, token, { amount: '20' });
      expect(changed.json).toMatchObject({ id: 'pay_1', amount: '20', reference: 'r' });
      const replaced = await caller.call('PUT', path, token, { amount: '3', currency: 'BTC' });
      expect(replaced.json).toMatchObject({ id: 'pay_1', currency: 'BTC', reference: null });
      expect((await caller.call('PUT', path, token, { amount: '3' })).status).toBe(400);
      expect((await caller.call('PATCH', path, token, { amount: '-3' })).status).toBe(422);
      const deleted = await caller.call('DELETE', path, token);
      expect(deleted.status).toBe(204);
      expect(deleted.text).toBe('');
      expect(deleted.headers.has('content-type')).toBe(false);
      expect(sandbox.payments).toEqual([]);
    });

    it.each(['GET', 'PATCH', 'DELETE'])('that are not there answer %s with 404', async (method) => {
      const { status, json } = await caller.call(method, '/payments/nope/', token);
      expect(status).toBe(404);
      expect(json).toEqual({ error: { code: 'not_found', message: 'Not found', details: {} } });
    });

    it('are not larger than a megabyte', async () => {
      const reference = 'a'.repeat(1024 * 1024);
      const { status } = await caller.call('POST', '/payments/', token, { ...PAYMENT, reference });
      expect(status).toBe(413);
    });
  });

  describe('streams', () => {
    const BYTES = 3 * 1024 * 1024 + 1;

    it('echoes what it was sent', async () => {
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

    it('lets nobody echo who may only read', async () => {
      const { status } = await caller.call('POST', '/echo/', readToken, {});
      expect(status).toBe(403);
    });

    it('exports as many bytes as it is asked for', async () => {
      const answer = await caller.call('GET', `/export/?bytes=${BYTES}`, readToken);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('content-length')).toBe(String(BYTES));
      expect(answer.text).toHaveLength(BYTES);
    });

    it.each(['', '?bytes=-1', '?bytes=a'])('exports nothing for %p', async (query) => {
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
    ])('redirect %s %s', async (method, path, location) => {
      const { status, headers, text } = await caller.send(path, { method });
      expect(status).toBe(301);
      expect(headers.get('location')).toBe(location);
      expect(text).toBe('');
    });

    it.each(['/', '/nothing', '/nothing/', '/payments/pay_1/x/', '//payments/'])(
      'do not include %s',
      async (path) => {
        const { status, headers } = await caller.call('GET', path, token);
        expect(status).toBe(404);
        expect(headers.get('content-type')).toBe('text/html');
      },
    );

    it('are only below the prefix', async () => {
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
  it('is whoever a test wants', async () => {
    const sandbox = await CryptofuseSandbox.start({ merchant: { name: 'Ada' } });
    const caller = new SandboxCaller(sandbox);
    const { json } = await caller.call('GET', '/user/me/', await caller.token());
    expect(json).toEqual({ name: 'Ada' });
    await sandbox.stop();
  });
});
