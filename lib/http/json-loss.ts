import { types } from 'node:util';
import { isOneShot } from './one-shot-body.js';

const NOT_FINITE = 'must be a finite number: JSON makes null of NaN and Infinity';
const EMPTIED =
  'is an object of which JSON holds nothing; give a plain object, a list, or one that has toJSON()';
const BYTES = 'is bytes, which JSON does not hold; give text, for example base64';
const PART = 'cannot be part of JSON; send it as the body, or in a FormData';
const PROMISE = 'is a promise; await it first';
const ITERATOR = 'is an iterator, of which JSON holds nothing; give a list: [...iterator]';

/** What JSON loses, by the tag of what it is; each with the remedy. */
const LOST: ReadonlyMap<string, string> = new Map([
  ['Map', 'is a Map, of which JSON holds nothing; give Object.fromEntries(map)'],
  ['Set', 'is a Set, of which JSON holds nothing; give a list: [...set]'],
  ['Promise', PROMISE],
  ['Response', 'is a Response; give what its json(), text() or bytes resolve to, or its body'],
  ['Request', 'is a Request; give what its json(), text() or bytes resolve to, or its body'],
  ['Headers', 'is Headers, of which JSON holds nothing; give Object.fromEntries(headers)'],
  ['URLSearchParams', 'cannot be part of JSON; give Object.fromEntries(params), or it as the body'],
  ['FormData', PART],
  ['Blob', PART],
  ['File', PART],
  ['RegExp', 'is a RegExp, of which JSON holds nothing; give its source'],
  ['Error', 'is an error, of which JSON holds neither name nor message; give what is to be sent'],
  ['Generator', ITERATOR],
  ['ArrayBuffer', BYTES],
  ['SharedArrayBuffer', BYTES],
  ['DataView', BYTES],
]);

/**
 * Returns what is wrong with `value`, which `JSON.stringify` would leave out or make something else of
 * without a word; `undefined` where nothing is. Members that are `undefined` are left out on purpose.
 *
 * @param stated what `value` was before its `toJSON`
 */
export function jsonLoss(value: unknown, stated: () => unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : NOT_FINITE;
    case 'function':
      return 'is a function, which JSON leaves out; give what it returns';
    case 'symbol':
      return 'is a symbol, which JSON leaves out; give text';
    case 'object':
      return value === null ? lossOfNull(stated()) : lossOfObject(value);
    default:
      return undefined;
  }
}

/** `toJSON` of a date that is none gives `null`. */
function lossOfNull(stated: unknown): string | undefined {
  return tagOf(stated) === 'Date' ? 'is an invalid Date, which JSON makes null of' : undefined;
}

function lossOfObject(value: object): string | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)) return undefined;
  if (types.isBoxedPrimitive(value)) return jsonLoss(value.valueOf(), () => undefined);
  const lost = LOST.get(tagOf(value));
  if (lost !== undefined) return lost;
  if (ArrayBuffer.isView(value)) return BYTES;
  if (isOneShot(value)) return PART;
  if (typeof Reflect.get(value, 'then') === 'function') return PROMISE;
  return isEmptied(value) ? EMPTIED : undefined;
}

/** An object without members of its own is sent as `{}`; it had more to tell where its class says so. */
function isEmptied(value: object): boolean {
  if (Object.keys(value).length > 0) return false;
  return tagOf(value) !== 'Object' || Symbol.iterator in value || hasAccessors(value);
}

function hasAccessors(value: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === 'object' && prototype !== null) {
    const parent: unknown = Object.getPrototypeOf(prototype);
    // The root has one of its own: __proto__.
    if (parent === null) return false;
    const members = Object.values(Object.getOwnPropertyDescriptors(prototype));
    if (members.some((member) => member.get !== undefined)) return true;
    prototype = parent;
  }
  return false;
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
