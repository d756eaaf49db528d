import { beforeEach, expect, it } from '@jest/globals';

import { callApi, jsonRequest } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import type { RawAnswer, RawRequest } from './raw-request.js';
import { FORM, issueToken } from './token-request.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;
const payment = { amount: '10.00', currency: 'USDT' };
const fields = { amount: '12.50', currency: 'BTC', reference: 'order 7 & more' };

const bodies: readonly [string, () => RawRequest][] = [
  ['JSON', () => jsonRequest('POST', fields)],
  ['form', formBody],
  ['multipart', multipartBody],
];

const unprocessable: readonly [string, object, string][] = [
  ['a negative amount', { ...payment, amount: '-1' }, 'invalid_amount'],
  ['a zero amount', { ...payment, amount: '0.00' }, 'invalid_amount'],
  ['an amount that is no number', { ...payment, amount: 'ten' }, 'invalid_amount'],
  ['a currency in lower case', { ...payment, currency: 'usdt' }, 'invalid_currency'],
  ['a currency that is too short', { ...payment, currency: 'US' }, 'invalid_currency'],
  ['a currency that is too long', { ...payment, currency: 'DOLLAR' }, 'invalid_currency'],
];

/** Methods that a path does not allow, and those that it does. */
const notAllowed: readonly [string, string, string][] = [
  ['POST', '/user/me/', 'GET, HEAD'],
  ['DELETE', '/user/me/', 'GET, HEAD'],
  ['PUT', '/payments/', 'GET, POST, HEAD'],
  ['DELETE', '/payments/', 'GET, POST, HEAD'],
  ['POST', '/payments/pay_1/', 'GET, PUT, PATCH, DELETE, HEAD'],
  ['GET', '/echo/', 'POST, PUT'],
  ['POST', '/export/', 'GET, HEAD'],
];

/** The merchant and the payments. */
export function describeResources(target: () => ContractTarget): void {
  let token: string;

  beforeEach(async () => {
    token = await issueToken(target());
  });

  const call = (path: string, request?: RawRequest) => callApi(target(), token, path, request);
  const create = (body: object) => call('/payments/', jsonRequest('POST', body));

  it('returns the merchant', async () => {
    const response = await call('/user/me/');

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(jsonOf(response)).toEqual({
      name: expect.any(String),
      schema_name: expect.any(String),
      created_on: expect.stringMatching(ISO),
    });
  });

  it('creates a payment, and says where it is', async () => {
    const response = await create(payment);

    expect(response.status).toBe(201);
    expect(response.headers.location).toBe('/payments/pay_1/');
    expect(jsonOf(response)).toEqual({
      ...payment,
      id: 'pay_1',
      status: 'pending',
      reference: null,
      created_on: expect.stringMatching(ISO),
    });
    expect(await target().counters()).toMatchObject({ payments: 1 });
  });

  it.each(bodies)('creates a payment from a %s body', async (_kind, body) => {
    const response = await call('/payments/', body());

    expect(response.status).toBe(201);
    expect(jsonOf(response)).toMatchObject(fields);
  });

  it('lists the payments, the newest last', async () => {
    await create(payment);
    await create(fields);

    expect(listOf(await call('/payments/'))).toMatchObject([
      { id: 'pay_1', ...payment },
      { id: 'pay_2', ...fields },
    ]);
  });

  it.each([
    ['?status=pending', 1],
    ['?status=settled', 0],
    ['?status=settled&status=pending', 1],
  ])('filters the payments: %s', async (query, count) => {
    await create(payment);

    expect(listOf(await call(`/payments/${query}`))).toHaveLength(count);
  });

  it('reads one payment', async () => {
    const created = jsonOf(await create(payment));

    expect(jsonOf(await call('/payments/pay_1/'))).toEqual(created);
  });

  it('replaces a payment: what is not stated falls back', async () => {
    const created = jsonOf(await create(fields));

    const response = await call('/payments/pay_1/', jsonRequest('PUT', payment));

    expect(response.status).toBe(200);
    expect(jsonOf(response)).toEqual({ ...created, ...payment, reference: null });
    expect(jsonOf(await call('/payments/pay_1/'))).toEqual(jsonOf(response));
  });

  it('changes a payment: what is not stated stays', async () => {
    const created = jsonOf(await create(fields));

    const response = await call('/payments/pay_1/', jsonRequest('PATCH', { amount: '3' }));

    expect(response.status).toBe(200);
    expect(jsonOf(response)).toEqual({ ...created, amount: '3' });
    expect(jsonOf(await call('/payments/pay_1/'))).toEqual(jsonOf(response));
  });

  it('deletes a payment with 204 and no body', async () => {
    await create(payment);

    const response = await call('/payments/pay_1/', { method: 'DELETE' });

    expect(response.status).toBe(204);
    expect(response.body).toHaveLength(0);
    expect((await call('/payments/pay_1/')).status).toBe(404);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    '%s of a missing payment is 404 not_found',
    async (method) => {
      const request = method === 'GET' ? {} : jsonRequest(method, payment);

      const response = await call('/payments/pay_99/', request);

      expect(response.status).toBe(404);
      expectError(response, 'not_found');
    },
  );

  it.each(Object.keys(payment))('a payment without %s is 400, and names it', async (field) => {
    const response = await create({ ...payment, [field]: undefined });

    expect(response.status).toBe(400);
    expectError(response, 'invalid_request');
    expect(JSON.stringify(jsonOf(response)['error'])).toContain(field);
  });

  it.each(['{"amount"', 'nonsense', '[]'])('the JSON body %s is 400', async (body) => {
    const response = await call('/payments/', { ...jsonRequest('POST', ''), body });

    expect(response.status).toBe(400);
    expectError(response, 'invalid_request');
  });

  it.each(unprocessable)('%s is 422, and nothing is created', async (_what, body, code) => {
    const response = await create(body);

    expect(response.status).toBe(422);
    expectError(response, code);
    expect(await target().counters()).toMatchObject({ payments: 0 });
  });

  it.each(notAllowed)('%s %s is 405', async (method, path, allow) => {
    const response = await call(path, { method });

    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe(allow);
    expectError(response, expect.any(String));
  });

  it('responds in JSON whatever Accept says', async () => {
    const response = await call('/user/me/', { headers: { accept: 'text/html' } });

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
  });
}

function listOf(response: RawAnswer): unknown {
  expect(response.status).toBe(200);
  return JSON.parse(response.body.toString());
}

function expectError(response: RawAnswer, code: unknown): void {
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(jsonOf(response)).toEqual({
    error: { code, message: expect.any(String), details: expect.any(Object) },
  });
}

function formBody(): RawRequest {
  return {
    method: 'POST',
    headers: { 'content-type': FORM },
    body: new URLSearchParams(fields).toString(),
  };
}

function multipartBody(): RawRequest {
  const part = ([name, value]: [string, string]) =>
    `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=limit' },
    body: `${Object.entries(fields).map(part).join('')}--limit--\r\n`,
  };
}
