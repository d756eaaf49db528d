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

/** A method and a path that do not go together, and what does. */
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
    const answer = await call('/user/me/');

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(jsonOf(answer)).toEqual({
      name: expect.any(String),
      schema_name: expect.any(String),
      created_on: expect.stringMatching(ISO),
    });
  });

  it('creates a payment, and says where it is', async () => {
    const answer = await create(payment);

    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe('/payments/pay_1/');
    expect(jsonOf(answer)).toEqual({
      ...payment,
      id: 'pay_1',
      status: 'pending',
      reference: null,
      created_on: expect.stringMatching(ISO),
    });
    expect(await target().counters()).toMatchObject({ payments: 1 });
  });

  it.each(bodies)('creates a payment from a %s body', async (_kind, body) => {
    const answer = await call('/payments/', body());

    expect(answer.status).toBe(201);
    expect(jsonOf(answer)).toMatchObject(fields);
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

    const answer = await call('/payments/pay_1/', jsonRequest('PUT', payment));

    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual({ ...created, ...payment, reference: null });
    expect(jsonOf(await call('/payments/pay_1/'))).toEqual(jsonOf(answer));
  });

  it('changes a payment: what is not stated stays', async () => {
    const created = jsonOf(await create(fields));

    const answer = await call('/payments/pay_1/', jsonRequest('PATCH', { amount: '3' }));

    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual({ ...created, amount: '3' });
    expect(jsonOf(await call('/payments/pay_1/'))).toEqual(jsonOf(answer));
  });

  it('deletes a payment with 204 and no body', async () => {
    await create(payment);

    const answer = await call('/payments/pay_1/', { method: 'DELETE' });

    expect(answer.status).toBe(204);
    expect(answer.body).toHaveLength(0);
    expect((await call('/payments/pay_1/')).status).toBe(404);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    '%s of no payment is 404 not_found',
    async (method) => {
      const request = method === 'GET' ? {} : jsonRequest(method, payment);

      const answer = await call('/payments/pay_99/', request);

      expect(answer.status).toBe(404);
      expectError(answer, 'not_found');
    },
  );

  it.each(Object.keys(payment))('a payment without %s is 400, and names it', async (field) => {
    const answer = await create({ ...payment, [field]: undefined });

    expect(answer.status).toBe(400);
    expectError(answer, 'invalid_request');
    expect(JSON.stringify(jsonOf(answer)['error'])).toContain(field);
  });

  it.each(['{"amount"', 'nonsense', '[]'])('the JSON body %s is 400', async (body) => {
    const answer = await call('/payments/', { ...jsonRequest('POST', ''), body });

    expect(answer.status).toBe(400);
    expectError(answer, 'invalid_request');
  });

  it.each(unprocessable)('%s is 422, and nothing is created', async (_what, body, code) => {
    const answer = await create(body);

    expect(answer.status).toBe(422);
    expectError(answer, code);
    expect(await target().counters()).toMatchObject({ payments: 0 });
  });

  it.each(notAllowed)('%s %s is 405', async (method, path, allow) => {
    const answer = await call(path, { method });

    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expectError(answer, expect.any(String));
  });

  it('answers in JSON whatever Accept says', async () => {
    const answer = await call('/user/me/', { headers: { accept: 'text/html' } });

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });
}

function listOf(answer: RawAnswer): unknown {
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString());
}

function expectError(answer: RawAnswer, code: unknown): void {
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(jsonOf(answer)).toEqual({
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
