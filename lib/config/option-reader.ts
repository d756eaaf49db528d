import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** The own members of an options object, each read once. */
export interface ReadOptions {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly ConfigProblem[];
}

const NOTHING: ReadOptions = { values: new Map(), problems: [] };

/** Returns whether `value` is an object that can hold options: not an array, a boxed primitive, a Map and the like. */
export function isOptionsObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Reads each own member of `options` once and, by default, copies arrays. Prototypes are ignored, and `undefined` counts
 * as absent. A member that is not in `known` is reported as a problem; an error thrown by a getter is passed on.
 */
export function readOptions(
  options: unknown,
  known: readonly string[],
  path: string,
  convert: (value: unknown) => unknown = copyList,
): ReadOptions {
  if (options === undefined) return NOTHING;
  if (!isOptionsObject(options)) {
    const property = path === '' ? 'options' : path.slice(0, -1);
    return { values: new Map(), problems: [{ property, message: 'must be an object' }] };
  }
  const values = new Map<string, unknown>();
  const problems: ConfigProblem[] = [];
  for (const key of Reflect.ownKeys(options)) {
    const property = `${path}${printable(key)}`;
    if (typeof key === 'symbol' || !known.includes(key)) {
      problems.push({ property, message: `is not an option; known are ${known.join(', ')}` });
      continue;
    }
    const value = convert(Reflect.get(options, key));
    if (value !== undefined) values.set(key, value);
  }
  return { values, problems };
}

/** Reads the own enumerable members of `stated` once and copies arrays, for objects without fixed names. */
export function readEntries(stated: object): readonly (readonly [string, unknown])[] {
  return Object.entries(stated).map(([name, value]) => [name, copyList(value)] as const);
}

/** Returns a problem for each option that `options` only inherits: it would not be read. */
export function inheritedOptions(
  options: unknown,
  known: readonly string[],
  path: string,
): readonly ConfigProblem[] {
  if (!isOptionsObject(options)) return [];
  const classes = classesOf(options);
  if (classes.length === 0) return [];
  const isInherited = (name: string): boolean =>
    !Object.hasOwn(options, name) && classes.some((prototype) => Object.hasOwn(prototype, name));
  const message = 'comes from a class or prototype; state it as a member of the object itself';
  return known.filter(isInherited).map((name) => ({ property: `${path}${name}`, message }));
}

/** Returns the prototypes of `options`, except `Object.prototype`. */
function classesOf(options: object): readonly object[] {
  const chain: object[] = [];
  let prototype = Reflect.getPrototypeOf(options);
  while (prototype !== null) {
    chain.push(prototype);
    prototype = Reflect.getPrototypeOf(prototype);
  }
  return chain.slice(0, -1);
}

/** Copies an array, with holes as `undefined`, so that later changes to the original have no effect. */
function copyList(value: unknown): unknown {
  return Array.isArray(value) ? Array.from<unknown>(value) : value;
}

function printable(key: string | symbol): string {
  return JSON.stringify(String(key)).slice(1, -1).slice(0, 60);
}
