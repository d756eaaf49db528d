import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { CryptofuseInterceptor } from '../../lib/index.js';
import type { SandboxRequest } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { problemsOfCall, untypedCall } from '../support/untyped-call.js';

const PATH = '/payments/';
const PAYMENT = { amount: '10.00', currency: 'USDT' };

class PaymentDto {
  readonly amount = PAYMENT.amount;
  constructor(readonly currency: string) {}
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(4);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function detachedView(): Uint8Array {
  const view = new Uint8Array(4);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

describe('the body of a call', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: { maxDelay: 10 } } });
  });
  afterEach(() => client.stop());

  it.each<[string, unknown, string]>([
    ['a Map', new Map([['amount', 1]]), 'Object.fromEntries(map)'],
    ['a Set', new Set([1]), '[...set]'],
    ['a promise', Promise.resolve(PAYMENT), 'await it first'],
    ['a symbol', Symbol('x'), 'text'],
    ['NaN', NaN, 'finite'],
    ['Infinity', -Infinity, 'finite'],
    ['a boxed NaN', Object(NaN), 'finite'],
    ['an invalid Date', new Date(NaN), 'invalid Date'],
    ['a bigint', 5n, 'give text'],
    ['shared memory', new SharedArrayBuffer(4), 'copy'],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(4)), 'copy'],
    ['a detached ArrayBuffer', detached(), 'transferred'],
    ['a view of a detached ArrayBuffer', detachedView(), 'transferred'],
  ])('is refused when it is %s, naming the remedy', async (_, body, remedy) => {
    const [problem, ...others] = await problemsOfCall(client, 'post', PATH, body);
    expect(others).toEqual([]);
    expect(problem?.property).toBe('body');
    expect(problem?.message).toContain(remedy);
    expect(await problemsOfCall(client, 'request', 'POST', PATH, { body })).toEqual([problem]);
  });

  it('is refused with the name of every member that JSON would lose', async () => {
    const body = {
      amount: NaN,
      note: undefined,
      items: [{ price: 1 }, { price: -Infinity, tags: new Set(['x']) }],
      'due date': new Date(NaN),
      paid: Promise.resolve(true),
      fee: 5n,
      currency: () => 'USDT',
    };
    const problems = await problemsOfCall(client, 'post', PATH, body);
    expect(problems.map(({ property }) => property)).toEqual([
      'body.amount',
      'body.items[1].price',
      'body.items[1].tags',
      'body["due date"]',
      'body.paid',
      'body.fee',
      'body.currency',
    ]);
  });

  it('that throws when it is read rejects the call with that very error', async () => {
    const error = new Error('not now');
    const fail = (): never => {
      throw error;
    };
    const getter = Object.defineProperty({}, 'amount', { enumerable: true, get: fail });
    for (const body of [getter, new Proxy({}, { ownKeys: fail }), { a: { toJSON: fail } }]) {
      expect(await rejectionOf(untypedCall(client, 'post', PATH, body))).toBe(error);
    }
    expect(client.sandbox.requests).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['an instance of a class', new PaymentDto('USDT'), '{"currency":"USDT","amount":"10.00"}'],
    ['without a prototype', Object.assign(Object.create(null), PAYMENT), JSON.stringify(PAYMENT)],
    ['members that are undefined', { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ['toJSON', { a: { toJSON: () => PAYMENT } }, JSON.stringify({ a: PAYMENT })],
    [
      'dates and URLs',
      [new Date(0), new URL('https://x.example/')],
      '["1970-01-01T00:00:00.000Z","https://x.example/"]',
    ],
    ['boxes', [Object('x'), Object(5), Object(false)], '["x",5,false]'],
    ['null', { a: null }, '{"a":null}'],
    ['an empty instance', new (class Empty {})(), '{}'],
  ])('is sent as JSON: %s', async (_, body, json) => {
    await untypedCall(client, 'post', PATH, body).catch(() => undefined);
    expect(client.sandbox.requests.at(-1)).toMatchObject({ path: PATH, body: json });
    expect(client.sandbox.requests.at(-1)?.headers['content-type']).toBe('application/json');
  });

  it('is sent as it was when the call was made, in every attempt', async () => {
    client.sandbox.fail({ on: 'api', status: 429 });
    const body = { ...PAYMENT };
    const call = untypedCall(client, 'post', PATH, body);
    body.amount = '99.00';
    await expect(call).resolves.toMatchObject(PAYMENT);
    const sent = client.sandbox.requests.slice(-2).map((request) => request.body);
    expect(sent).toEqual([JSON.stringify(PAYMENT), JSON.stringify(PAYMENT)]);
  });

  it('that was read before is refused at once', async () => {
    const spent = Readable.from(['x']);
    spent.destroy();
    const halfRead = new Blob(['ab']).stream();
    const reader = halfRead.getReader();
    await reader.read();
    reader.releaseLock();
    for (const body of [spent, halfRead]) {
      const [problem] = await problemsOfCall(client, 'post', '/echo/', body);
      expect(problem?.message).toContain('a function that returns a new one');
    }
  });

  it('is refused when the function for it throws', async () => {
    await client.tokens.getToken();
    const fail = (): never => {
      throw new Error('quoted');
    };
    for (const body of [fail, () => Promise.reject(new Error('quoted')), PaymentDto]) {
      const [problem] = await problemsOfCall(client, 'post', '/echo/', body);
      expect(problem?.property).toBe('body');
      expect(problem?.message).toMatch(/^is a function that threw/);
    }
  });
});

describe('the body that interceptors see', () => {
  it('is the object itself, checked before they run and after', async () => {
    const seen: unknown[] = [];
    let added: object = {};
    const own: CryptofuseInterceptor = {
      intercept: (request, next) => {
        seen.push(request.body);
        return next({ ...request, body: { ...(request.body as object), ...added } });
      },
    };
    const client = await startSandboxClient({ client: { interceptors: [own] } });
    try {
      expect(await problemsOfCall(client, 'post', PATH, { amount: NaN })).toHaveLength(1);
      expect(seen).toEqual([]);
      added = { note: 'x' };
      await untypedCall(client, 'post', PATH, PAYMENT);
      expect(seen).toEqual([PAYMENT]);
      expect(client.sandbox.requests.at(-1)?.body).toBe(JSON.stringify({ ...PAYMENT, note: 'x' }));
      added = { note: NaN };
      expect(await problemsOfCall(client, 'post', PATH, PAYMENT)).toMatchObject([
        { property: 'body.note' },
      ]);
    } finally {
      await client.stop();
    }
  });

  it('is serialised once however many it passes, and again when one replaces it', async () => {
    let written = 0;
    const amount = { toJSON: () => `${(written += 1)}.00` };
    const headers: CryptofuseInterceptor = {
      intercept: (request, next) =>
        next({ ...request, headers: { ...request.headers, 'x-a': 'b' } }),
    };
    let body: unknown;
    const replacing: CryptofuseInterceptor = {
      intercept: (request, next) => next({ ...request, body: body ?? request.body }),
    };
    const client = await startSandboxClient({
      client: { interceptors: [headers, replacing, headers], retry: { maxDelay: 1 } },
    });
    try {
      client.sandbox.fail({ on: 'api', status: 429 });
      await untypedCall(client, 'post', PATH, { ...PAYMENT, amount });
      expect(written).toBe(1);
      body = { ...PAYMENT, amount };
      await untypedCall(client, 'post', PATH, { ...PAYMENT, amount });
      expect(written).toBe(3);
      expect(client.sandbox.requests.at(-1)?.body).toContain('"amount":"3.00"');
      body = '{"amount":"5.00","currency":"USDT"}';
      const { headers: sent } = await sentFrom(client, { ...PAYMENT, amount });
      expect(sent['content-type']).toContain('text/plain');
    } finally {
      await client.stop();
    }
  });

  it('stays as it was when the call was made until one replaces it', async () => {
    const changing: CryptofuseInterceptor = {
      intercept: (request, next) => {
        Object.assign(request.body as object, { amount: '99.00' });
        return next(request);
      },
    };
    const client = await startSandboxClient({ client: { interceptors: [changing] } });
    try {
      const { body } = await sentFrom(client, { ...PAYMENT });
      expect(body).toBe(JSON.stringify(PAYMENT));
    } finally {
      await client.stop();
    }
  });
});

/** Returns the request that a POST of `body` sends. */
async function sentFrom(client: SandboxClient, body: unknown): Promise<SandboxRequest> {
  await untypedCall(client, 'post', PATH, body).catch(() => undefined);
  const sent = client.sandbox.requests.at(-1);
  if (sent === undefined) throw new Error('Nothing was sent.');
  return sent;
}
