import { types } from 'node:util';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** The own members of an options object, each read once. */
export interface ReadOptions {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly ConfigProblem[];
}

const NOTHING: ReadOptions = { values: new Map(), problems: [] };

/** Returns whether `value` is an object that may state options: not a list, a box, a Map and the like. */
export function isOptionsObject(value: unknown): value is object {
  try {
    return Object.prototype.toString.call(value) === '[object Object]';
  } catch {
    return false; // a proxy that was revoked, or throws at whatever is asked of it
  }
}

/**
 * Reads each own member of `options` once, by default a list as a copy; nothing comes from a prototype, and
 * `undefined` counts as absent. A member that is not among `known`, or cannot be read, is a problem.
 */
export function readOptions(
  options: unknown,
  known: readonly string[],
  path: string,
  kept: (value: unknown) => unknown = readable,
): ReadOptions {
  if (options === undefined) return NOTHING;
  const keys = ownKeys(options);
  if (keys === undefined) {
    const property = path === '' ? 'options' : path.slice(0, -1);
    return { values: new Map(), problems: [{ property, message: 'must be an object' }] };
  }
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  for (const key of keys) {
    const property = `${path}${printable(key)}`;
    if (typeof key === 'symbol' || !known.includes(key)) {
      problems.push({ property, message: `is not an option; known are ${known.join(', ')}` });
      continue;
    }
    try {
      const value = kept(Reflect.get(options as object, key));
      if (value !== undefined) values.set(key, value);
    } catch {
      problems.push({ property, message: 'could not be read: a getter throws' });
    }
  }
  return { values, problems };
}

/**
 * Reads the own enumerable members of `stated` once, lists as copies, for what has no fixed names.
 *
 * @returns `undefined` where they cannot be read
 */
export function readEntries(stated: object): readonly (readonly [string, unknown])[] | undefined {
  try {
    return Object.entries(stated).map(([name, value]) => [name, copied(value)] as const);
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

/** Returns a problem for each option that only the class of `options` states, where nobody reads it. */
export function inheritedOptions(
  options: unknown,
  known: readonly string[],
  path: string,
): readonly ConfigProblem[] {
  if (!isOptionsObject(options) || types.isProxy(options)) return [];
  const classes = classesOf(options);
  if (classes.length === 0) return [];
  const isInherited = (name: string): boolean =>
    !Object.hasOwn(options, name) && classes.some((prototype) => Object.hasOwn(prototype, name));
  const message = 'comes from a class or prototype; state it as a member of the object itself';
  return known.filter(isInherited).map((name) => ({ property: `${path}${name}`, message }));
}

/** The prototypes of `options` but for the root, which is nobody's statement, and for proxies, which may throw. */
function classesOf(options: object): readonly object[] {
  const chain: object[] = [];
  let prototype = Reflect.getPrototypeOf(options);
  while (prototype !== null && !types.isProxy(prototype)) {
    chain.push(prototype);
    prototype = Reflect.getPrototypeOf(prototype);
  }
  return chain.slice(0, -1);
}

function ownKeys(options: unknown): readonly (string | symbol)[] | undefined {
  try {
    return isOptionsObject(options) ? Reflect.ownKeys(options) : undefined;
  } catch {
    return undefined; // a proxy that throws
  }
}

/** Throws where `value` cannot even be asked for its class, as class-validator does of every one. */
function readable(value: unknown): unknown {
  if (types.isProxy(value)) Reflect.getPrototypeOf(value as object);
  return copied(value);
}

/** A list is copied, holes as `undefined`, so that a later change of it changes nothing here. */
function copied(value: unknown): unknown {
  return Array.isArray(value) ? Array.from<unknown>(value) : value;
}

function printable(key: string | symbol): string {
  return JSON.stringify(String(key)).slice(1, -1).slice(0, 60);
}
