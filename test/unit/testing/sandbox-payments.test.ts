import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller } from './sandbox-caller.js';

const START = Date.UTC(2025, 0, 1);
const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe('CryptofuseSandbox, payments', () => {
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

  it('creates payments, and lists them oldest first', async () => {
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
  ])('filters payments by %s', async (query, length) => {
    await caller.call('POST', '/payments/', token, PAYMENT);
    const { json } = await caller.call('GET', `/payments/${query}`, token);
    expect(json).toHaveLength(length);
  });

  it('accepts a payment as a urlencoded or multipart form', async () => {
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
  ])('refuses the payment `%s` with %d %s', async (body, status, code, details) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await caller.send('/payments/', { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    expect(response.json).toEqual({ error: { code, message: expect.any(String), details } });
    expect(sandbox.payments).toEqual([]);
  });

  it('accepts an amount that is a number', async () => {
    await caller.call('POST', '/payments/', token, { amount: 10.5, currency: 'USDT' });
    expect(sandbox.payments).toMatchObject([{ amount: '10.5' }]);
  });

  it.each([
    ['text/plain', 415, 'unsupported_media_type'],
    ['multipart/form-data', 400, 'invalid_request'],
  ])('refuses a payment sent as %s', async (contentType, status, code) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
    const response = await caller.send('/payments/', { method: 'POST', headers, body: 'x' });
    expect(response.status).toBe(status);
    expect(response.json).toMatchObject({ error: { code } });
  });

  it('reads, changes, replaces and deletes a payment', async () => {
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

  it.each(['GET', 'PATCH', 'DELETE'])(
    'responds to %s of an unknown payment with 404',
    async (method) => {
      const { status, json } = await caller.call(method, '/payments/nope/', token);
      expect(status).toBe(404);
      expect(json).toEqual({ error: { code: 'not_found', message: 'Not found', details: {} } });
    },
  );

  it('refuses a payment larger than a megabyte', async () => {
    const reference = 'a'.repeat(1024 * 1024);
    const { status } = await caller.call('POST', '/payments/', token, { ...PAYMENT, reference });
    expect(status).toBe(413);
  });
});
