import { describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { bodyJson, JsonBody } from '../../../lib/request/body-json.js';
import { CryptofuseConfigException } from '../../../lib/exceptions/cryptofuse-config.exception.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';

const json = (body: unknown): string => bodyJson(body, 'body');
const refused = (body: unknown): readonly string[] => refusedProperties(() => json(body));
const message = (body: unknown) => configRefusal(() => json(body)).problems[0]?.message ?? '';

class Thenable {
  then(): void {
    // Never called here.
  }
}

class Account {
  readonly #name = 'x';
  readonly id = 1;

  get name(): string {
    return this.#name;
  }
}

describe('bodyJson', () => {
  it.each<[unknown, string]>([
    [{ amount: NaN }, 'body.amount'],
    [[[0, [NaN]]], 'body[0][1][0]'],
    [{ a: { b: [{ c: Infinity }] } }, 'body.a.b[0].c'],
    [{ a: {}, b: [], c: NaN }, 'body.c'],
    [{ a: { x: {} }, b: { x: NaN } }, 'body.b.x'],
    [{ '': { 'a b': NaN } }, 'body[""]["a b"]'],
    [{ a: { toJSON: () => ({ b: NaN }) } }, 'body.a.b'],
    [{ 'a"\n': NaN }, 'body["a\\"\\n"]'],
  ])('names the member: row %#', (body, property) => {
    expect(refused(body)).toEqual([property]);
  });

  it('names each member of an object that occurs twice', () => {
    const price = { amount: NaN };
    const properties = refused({ net: price, gross: price });
    expect(properties).toEqual(['body.net.amount', 'body.gross.amount']);
  });

  it('keeps its message short', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, NaN]));
    expect(refused(many)).toHaveLength(10);
    let deep: unknown = NaN;
    for (let i = 0; i < 500; i += 1) deep = { ['n'.repeat(100)]: deep };
    expect(refused(deep)[0]?.length).toBeLessThan(210);
  });

  it.each<[string, unknown, string]>([
    ['NaN', NaN, 'finite'],
    ['Infinity', -Infinity, 'finite'],
    ['a boxed NaN', Object(NaN), 'finite'],
    ['a bigint', 5n, 'give text'],
    ['a boxed bigint', Object(5n), 'give text'],
    ['an invalid Date', new Date(NaN), 'invalid Date'],
    ['a Map', new Map([[1, 2]]), 'Object.fromEntries(map)'],
    ['a Map of another realm', runInNewContext('new Map([[1, 2]])'), 'Object.fromEntries(map)'],
    ['a Set', new Set([1]), '[...set]'],
    ['a promise', Promise.resolve(1), 'await it first'],
    ['a promise of another realm', runInNewContext('Promise.resolve(1)'), 'await it first'],
    ['a thenable of a class', new Thenable(), 'await it first'],
    ['a function', () => 1, 'what it returns'],
    ['a symbol', Symbol('x'), 'text'],
    ['a boxed symbol', Object(Symbol('x')), 'text'],
  ])('refuses %s as a member', (_, value, remedy) => {
    expect(refused({ list: [value] })).toEqual(['body.list[0]']);
    expect(message({ list: [value] })).toContain(remedy);
    expect(refused(value)).toEqual(['body']);
  });

  it('names a member that refers back, but not one that occurs twice', () => {
    const order: Record<string, unknown> = { id: 1 };
    const item = { order, amount: 1 };
    expect(json({ first: item, second: item, list: [item, item] })).toContain('"second":{"order"');
    order['items'] = [item];
    expect(refused(order)).toEqual(['body.items[0].order']);
    order['items'] = [[order], NaN];
    expect(refused(order)).toEqual(['body.items[0][0]', 'body.items[1]']);
    expect(message(order)).toContain('leave it out');
  });

  it("uses the caller's name for the body", () => {
    expect(refusedProperties(() => bodyJson({ amount: NaN }, 'data'))).toEqual(['data.amount']);
    expect(refusedProperties(() => bodyJson(NaN, 'data'))).toEqual(['data']);
    expect(refusedProperties(() => new JsonBody([NaN]))).toEqual(['body[0]']);
  });

  it('passes through an error that the body throws', () => {
    const error = new Error('not now');
    const fail = (): never => {
      throw error;
    };
    const getter = Object.defineProperty({}, 'a', { enumerable: true, get: fail });
    for (const body of [getter, { toJSON: fail }, { a: { toJSON: fail } }]) {
      expect(() => json(body)).toThrow(error);
    }
  });

  it('refuses a body that JSON leaves out', () => {
    expect(refused({ toJSON: () => undefined })).toEqual(['body']);
    expect(message({ toJSON: () => undefined })).toContain('must be JSON');
  });

  it('writes nothing while Object.prototype has a toJSON, which would change it', () => {
    const prototype = Object.prototype as { toJSON?: unknown };
    prototype.toJSON = () => 'evil';
    try {
      expect(() => json({ amount: 1 })).toThrow(CryptofuseConfigException);
    } finally {
      delete prototype.toJSON;
    }
    expect(json({ amount: 1 })).toBe('{"amount":1}');
  });

  it.each<[string, unknown]>([
    ['a plain object of another realm', runInNewContext('({ a: [1, { b: null }] })')],
    [
      'own members that are accessors',
      Object.defineProperty({}, 'a', { enumerable: true, get: () => 1 }),
    ],
    ['a Buffer, which has toJSON', { a: Buffer.from('x') }],
    ['bytes', { a: new Uint8Array([1, 2]) }],
    ['holes and undefined', [undefined, ...new Array<undefined>(2), 1]],
    ['a toJSON that gives nothing', { a: { toJSON: () => undefined } }],
    ['an instance whose class has accessors', new Account()],
    ['a tag of its own, with members', { [Symbol.toStringTag]: 'Payment', a: 1 }],
    ['a RegExp and an error', [/x/, new Error('x')]],
    ['boxes', [Object('x'), Object(5), Object(false)]],
  ])('writes what JSON.stringify writes: %s', (_, body) => {
    expect(json(body)).toBe(JSON.stringify(body));
  });

  it('reads a member once', () => {
    let reads = 0;
    const body = {
      get amount() {
        reads += 1;
        return 1;
      },
    };
    expect(json(body)).toBe('{"amount":1}');
    expect(reads).toBe(1);
  });
});
