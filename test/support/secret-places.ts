import { inspect, types } from 'node:util';

/** Methods without arguments by which a value tells of itself. */
const TELLING = ['toString', 'toJSON', 'toSupportReport', 'getResponse', 'valueOf', 'deref'];
/** What a function of the language itself has, which leads to everything else of it. */
const OF_NATIVE_FUNCTIONS = new Set<string | symbol>(['prototype', 'constructor']);
/** Everything leads to it, whatever ran before included. */
const OF_THE_PROCESS = new Set<object>([globalThis, process]);
const LONGEST_PATH = 400;

/**
 * Returns every text that can be reached from `root`, with the path where it was found first: through own and
 * inherited properties, enumerable or not, symbols, getters, functions and classes, Maps and Sets, weak ones
 * included, promises, errors, buffers, and what values tell of themselves. What `isForeign` holds for is not
 * followed.
 */
export function textsWithin(
  root: unknown,
  isForeign: (value: object) => boolean = () => false,
): ReadonlyMap<string, string> {
  const walk = new Walk(isForeign);
  walk.from(root);
  return walk.texts;
}

class Walk {
  readonly texts = new Map<string, string>();
  readonly #seen = new Set<object>();
  readonly #pending: [value: unknown, path: string][] = [];

  constructor(private readonly isForeign: (value: object) => boolean) {}

  from(root: unknown): void {
    this.#pending.push([root, '']);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      this.#visit(...next);
    }
  }

  #visit(value: unknown, path: string): void {
    if (typeof value === 'string' || typeof value === 'symbol') this.#tell(String(value), path);
    if (!isFollowed(value) || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (!OF_THE_PROCESS.has(value) && !this.isForeign(value)) this.#enter(value, path);
  }

  #enter(value: object, path: string): void {
    for (const text of textsOf(value)) this.#tell(text, `${path}<text>`);
    for (const [inner, how] of contentsOf(value)) this.#push(inner, `${path}${how}`);
    for (const key of keysOf(value)) this.#visitMember(value, key, path);
  }

  #visitMember(value: object, key: string | symbol, path: string): void {
    this.#tell(String(key), `${path}<key>`);
    for (const inner of [member(value, key), ...accessorsOf(value, key)]) {
      this.#push(inner, `${path}.${String(key)}`);
    }
  }

  #tell(text: string, path: string): void {
    if (!this.texts.has(text)) this.texts.set(text, path);
  }

  #push(value: unknown, path: string): void {
    if (isFollowed(value) || typeof value === 'string' || typeof value === 'symbol') {
      this.#pending.push([value, path.slice(0, LONGEST_PATH)]);
    }
  }
}

function isFollowed(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What bytes may say, and what only `inspect` sees into. */
function textsOf(value: object): readonly string[] {
  const bytes = bytesOf(value);
  if (bytes !== undefined) {
    return (['latin1', 'utf8', 'utf16le', 'base64', 'hex'] as const).map((encoding) =>
      bytes.toString(encoding),
    );
  }
  if (types.isPromise(value)) return [inspect(value, { depth: 0, maxStringLength: null })];
  const isWeak = types.isWeakMap(value) || types.isWeakSet(value);
  return isWeak ? [inspect(value, { depth: 3, showHidden: true, maxStringLength: null })] : [];
}

function bytesOf(value: object): Buffer | undefined {
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return types.isAnyArrayBuffer(value) ? Buffer.from(value) : undefined;
}

function contentsOf(value: object): readonly [value: unknown, how: string][] {
  const told = TELLING.map((name): [unknown, string] => [tell(value, name), `.${name}()`]);
  const custom = tell(value, inspect.custom);
  return [
    ...told,
    [custom, '[inspect.custom]()'],
    [Reflect.getPrototypeOf(value), '.__proto__'],
    ...entriesOf(value),
  ];
}

function entriesOf(value: object): readonly [value: unknown, how: string][] {
  if (types.isMap(value)) {
    const entries: readonly (readonly [unknown, unknown])[] = [...value];
    return entries.flatMap(([key, inner]) => [
      [key, '<map key>'],
      [inner, `<map ${inspect(key, { depth: -1 }).slice(0, 60)}>`],
    ]);
  }
  if (types.isSet(value))
    return Array.from<unknown, [unknown, string]>(value, (inner) => [inner, '<entry>']);
  const isListed = [URLSearchParams, Headers, FormData].some((kind) => value instanceof kind);
  return isListed ? [[listed(value), '<entries>']] : [];
}

/** Its prototype is no list of its own. */
function listed(value: object): unknown {
  try {
    return Array.from(value as Iterable<unknown>);
  } catch {
    return undefined;
  }
}

/** Own keys and inherited ones, but for those that every object has. */
function keysOf(value: object): ReadonlySet<string | symbol> {
  const keys = new Set<string | symbol>();
  for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (isLanguages(at)) break;
    for (const key of Reflect.ownKeys(at)) if (!isSkipped(value, key)) keys.add(key);
  }
  if (isNative(value)) for (const key of OF_NATIVE_FUNCTIONS) keys.delete(key);
  return keys;
}

/** `Object.prototype` and `Function.prototype`, of any realm. */
function isLanguages(value: object): boolean {
  return Object.hasOwn(value, 'hasOwnProperty') || Object.hasOwn(value, 'bind');
}

/** Bytes are read as a whole, without what else is in the pool of memory they are of; what `AsyncLocalStorage` leaves on promises belongs to whoever runs everything. */
function isSkipped(value: object, key: string | symbol): boolean {
  if (typeof key === 'symbol') return key.description === 'kResourceStore';
  return ArrayBuffer.isView(value) && /^(\d+|buffer|parent)$/.test(key);
}

function isNative(value: object): boolean {
  if (typeof value !== 'function') return false;
  return Function.prototype.toString.call(value).endsWith('{ [native code] }');
}

/** Functions have properties, those of an accessor as well. */
function accessorsOf(value: object, key: string | symbol): readonly unknown[] {
  const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
  return [descriptor?.get, descriptor?.set];
}

function tell(value: object, name: string | symbol): unknown {
  const method = member(value, name);
  if (typeof method !== 'function') return undefined;
  try {
    const told: unknown = Reflect.apply(method, value, [2, {}, inspect]);
    return typeof value === 'function' ? undefined : told;
  } catch {
    return undefined;
  }
}

/** A getter that throws tells nothing. */
function member(value: object, key: string | symbol): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
