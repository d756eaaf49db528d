import { describe, expect, it } from '@jest/globals';
import { CryptofuseServerException } from '../../lib/exceptions/cryptofuse-exceptions.js';
import { textsWithin } from '../support/secret-places.js';
import { SecretSearch, WRITINGS } from '../support/secret-search.js';
import { SECRET_SHAPES } from '../support/secret-shapes.js';
import { tellingsOf } from '../support/secret-telling.js';

type Plant = (leak: string, target: object) => unknown;

class Holder {
  readonly nothing = 'of importance';
}

/** Places in which a leak may hide, and functions that put it there. */
const HIDING_PLACES: readonly (readonly [place: string, plant: Plant])[] = [
  ['message', (leak) => new Error(`It failed: ${leak}`)],
  ['cause', (leak) => new Error('It failed', { cause: new Error('It', { cause: { leak } }) })],
  ['cause of ours', (leak, target) => Object.assign(target, { cause: leak })],
  ['stack', (leak) => Object.assign(new Error('x'), { stack: `Error\n  at ${leak}` })],
  ['errors of an AggregateError', (leak) => new AggregateError([new Error(leak)])],
  ['symbol as a key', (leak, target) => Object.assign(target, { [Symbol('hidden')]: leak })],
  ["a symbol's description", (leak, target) => Object.assign(target, { [Symbol(leak)]: 1 })],
  ['symbol as a value', (leak, target) => Object.assign(target, { hidden: Symbol(leak) })],
  ['key', (leak, target) => Object.assign(target, { [leak]: 1 })],
  ['private-looking property', (leak, target) => Object.assign(target, { _leak: leak })],
  ['getter', (leak, target) => Object.defineProperty(target, 'leak', { get: () => leak })],
  [
    'getter of a prototype',
    (leak) => Object.create(Object.defineProperty({}, 'leak', { get: () => leak })) as unknown,
  ],
  [
    'function of an accessor',
    (leak, target) =>
      Object.defineProperty(target, 'leak', { get: Object.assign(() => 1, { leak }) }),
  ],
  [
    'property that is not enumerable',
    (leak, target) => Object.defineProperty(target, 'leak', { value: leak, enumerable: false }),
  ],
  ['prototype', (leak) => Object.create(Object.create({ leak }) as object) as unknown],
  ['static member of a class', (leak) => new (Object.assign(class extends Holder {}, { leak }))()],
  [
    'static member of a superclass',
    (leak) => new (class extends Object.assign(class {}, { leak }) {})(),
  ],
  ['property of a function', (leak) => ({ callback: Object.assign(() => 1, { leak }) })],
  ['property of a bound function', (leak) => Object.assign((() => 1).bind(null), { leak })],
  ['key of a Map', (leak) => new Map([[{ leak }, 1]])],
  ['value of a Map', (leak) => new Map([['a', new Map([['b', [leak]]])]])],
  ['Set', (leak) => new Set([[leak]])],
  ['WeakMap', (leak, target) => ({ target, weak: new WeakMap([[target, { leak }]]) })],
  ['WeakRef', (leak) => new WeakRef({ leak })],
  ['promise', (leak) => Promise.resolve(leak)],
  ['Buffer', (leak) => Buffer.from(leak)],
  ['Buffer of Latin-1', (leak) => Buffer.from(leak, 'latin1')],
  ['Buffer of UTF-16', (leak) => Buffer.from(leak, 'utf16le')],
  ['Uint8Array', (leak) => new Uint8Array(Buffer.from(`before ${leak} after`))],
  ['DataView', (leak) => new DataView(new Uint8Array(Buffer.from(leak)).buffer)],
  ['ArrayBuffer', (leak) => new Uint8Array(Buffer.from(leak)).buffer],
  ['Buffer of base64', (leak) => Buffer.from(Buffer.from(leak).toString('base64'))],
  ['URL', (leak) => new URL(`https://api.example/?token=${encodeURIComponent(leak)}`)],
  ['URLSearchParams', (leak) => new URLSearchParams({ token: leak })],
  ['Headers', (leak) => new Headers({ authorization: `Bearer ${encodeURIComponent(leak)}` })],
  ['RegExp', (leak) => new RegExp(leak.replace(/[^\w]/g, '.'))],
  ['boxed text', (leak) => Object(leak) as unknown],
  ['list', (leak) => [[[[leak]]]]],
  ['toString', (leak) => ({ toString: () => leak })],
  ['toJSON', (leak) => ({ toJSON: () => ({ leak }) })],
  ['toSupportReport', (leak, target) => Object.assign(target, { toSupportReport: () => [leak] })],
  ['getResponse', (leak, target) => Object.assign(target, { getResponse: () => ({ leak }) })],
  ['axios error', (leak) => ({ config: { headers: { Authorization: `Bearer ${leak}` } } })],
  ['null prototype', (leak) => Object.assign(Object.create(null) as object, { leak })],
  ['proxy', (leak) => new Proxy({}, { get: () => leak, ownKeys: () => ['a'] })],
  ['iterator', (leak) => Object.assign([1].values(), { leak })],
];

function exception(): CryptofuseServerException {
  return new CryptofuseServerException({ code: 'odd', message: 'It failed.', clientId: 'client' });
}

describe.each(SECRET_SHAPES)('a planted leak of $name', ({ secret, token }) => {
  const search = new SecretSearch([secret, token]);

  it.each(HIDING_PLACES)('is found: %s', (place, plant) => {
    if (place === 'RegExp' && /\W/.test(secret)) return;
    for (const leak of [secret, token]) {
      const planted = plant(leak, exception());
      for (const root of [planted, { deep: [new Map([['a', planted]])] }]) {
        expect(search.in(textsWithin(root))).not.toEqual([]);
      }
    }
  });

  it('is not found when there is none', () => {
    for (const [, plant] of HIDING_PLACES) {
      expect(search.in(textsWithin(plant('nothing of importance', exception())))).toEqual([]);
    }
    const told = tellingsOf(exception());
    expect(told.length).toBeGreaterThan(20);
    expect(search.in(textsWithin([exception(), told]))).toEqual([]);
  });

  it.each(WRITINGS)('is found: %s', (_, write) => {
    const text = `It was ${write(secret)}, no more.`;
    expect(search.in(textsWithin({ text }))).toHaveLength(1);
  });

  it('is found when it is only a piece of twelve characters', () => {
    for (let at = 0; at + 12 <= secret.length; at += 1) {
      const text = `...${secret.slice(at, at + 12)}...`;
      expect(search.in(textsWithin({ text }))).toHaveLength(1);
    }
    expect(search.in(textsWithin({ text: secret.slice(0, 11) }))).toEqual([]);
  });

  it('is found in what a logger writes', () => {
    for (const leak of [secret, token]) {
      const told = tellingsOf(Object.assign(exception(), { leak }));
      const finds = search.in(textsWithin(told));
      expect(finds.length).toBeGreaterThan(10);
    }
  });
});
