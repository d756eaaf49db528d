import { describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { bodyJson } from '../../../lib/http/body-json.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';

const message = (body: unknown) => configRefusal(() => bodyJson(body)).problems[0]?.message ?? '';

class Iterable {
  *[Symbol.iterator](): Generator<number> {
    yield 1;
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
    expect(refusedProperties(() => bodyJson(body))).toEqual([property]);
  });

  it('names each member of an object that is there twice', () => {
    const price = { amount: NaN };
    const properties = refusedProperties(() => bodyJson({ net: price, gross: price }));
    expect(properties).toEqual(['body.net.amount', 'body.gross.amount']);
  });

  it('keeps its message short', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, NaN]));
    expect(refusedProperties(() => bodyJson(many))).toHaveLength(10);
    let deep: unknown = NaN;
    for (let i = 0; i < 500; i += 1) deep = { ['n'.repeat(100)]: deep };
    expect(refusedProperties(() => bodyJson(deep))[0]?.length).toBeLessThan(210);
  });

  it.each<[string, unknown, string]>([
    ['a URLSearchParams', new URLSearchParams('a=1'), 'Object.fromEntries(params)'],
    ['a FormData', new FormData(), 'FormData'],
    ['a Blob', new Blob(['x']), 'FormData'],
    ['a File', new File(['x'], 'x'), 'FormData'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'base64'],
    ['a typed array', new Uint8Array([1, 2]), 'base64'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'base64'],
    ['a web stream', new Blob(['x']).stream(), 'FormData'],
    [
      'a thenable of a class',
      new (class {
        then(): void {
          /* */
        }
      })(),
      'await it first',
    ],
    ['a list of another kind', new Iterable(), 'a list'],
    ['a WeakSet', new WeakSet(), 'toJSON()'],
    ['a boxed symbol', Object(Symbol('x')), 'symbol'],
    ['a Map of another realm', runInNewContext('new Map([[1, 2]])'), 'Object.fromEntries(map)'],
    ['an error with members', Object.assign(new TypeError('x'), { a: 1 }), 'error'],
    ['a function', () => 1, 'what it returns'],
  ])('refuses %s as a member', (_, value, remedy) => {
    expect(refusedProperties(() => bodyJson({ list: [value] }))).toEqual(['body.list[0]']);
    expect(message({ list: [value] })).toContain(remedy);
  });

  it.each<[string, unknown]>([
    ['a plain object of another realm', runInNewContext('({ a: [1, { b: null }] })')],
    [
      'own members that are accessors',
      Object.defineProperty({}, 'a', { enumerable: true, get: () => 1 }),
    ],
    ['a Buffer, which has toJSON', { a: Buffer.from('x') }],
    ['holes and undefined', [undefined, ...new Array<undefined>(2), 1]],
    ['a toJSON that gives nothing', { a: { toJSON: () => undefined } }],
    ['an instance whose class has accessors, with members', new Account()],
    ['a tag of its own, with members', { [Symbol.toStringTag]: 'Payment', a: 1 }],
  ])('writes what JSON.stringify writes: %s', (_, body) => {
    expect(bodyJson(body)).toBe(JSON.stringify(body));
  });

  it('reads a member once', () => {
    let reads = 0;
    const body = {
      get amount() {
        reads += 1;
        return 1;
      },
    };
    expect(bodyJson(body)).toBe('{"amount":1}');
    expect(reads).toBe(1);
  });
});
