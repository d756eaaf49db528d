import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** The own members of an options object, each read once. */
export interface ReadOptions {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly ConfigProblem[];
}

const NOTHING: ReadOptions = { values: new Map(), problems: [] };

/** Returns whether `value` is an object that may state options: not a list, a box, a Map and the like. */
export function isOptionsObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Reads each own member of `options` once, a list as a copy; nothing comes from a prototype, and
 * `undefined` counts as absent. A member that is not among `known`, or cannot be read, is a problem.
 */
export function readOptions(options: unknown, known: readonly string[], path: string): ReadOptions {
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
    try {
      const value = copied(Reflect.get(options, key));
      if (value !== undefined) values.set(key, value);
    } catch {
      problems.push({ property, message: 'could not be read: a getter throws' });
    }
  }
  return { values, problems };
}

/** A list is copied, holes as `undefined`, so that a later change of it changes nothing here. */
function copied(value: unknown): unknown {
  return Array.isArray(value) ? Array.from<unknown>(value) : value;
}

function printable(key: string | symbol): string {
  return JSON.stringify(String(key)).slice(1, -1).slice(0, 60);
}
