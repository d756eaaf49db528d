import { types } from 'node:util';
import { callRefused, type ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** Members that are named in one refusal. */
const MOST_NAMED = 10;
const LONGEST_PATH = 200;
const PLAIN_NAME = /^[a-z_$][\w$]{0,59}$/i;

const NO_JSON =
  'must be JSON, text, bytes, URLSearchParams, FormData, Blob, a stream or a function that returns one';
const ADDED_TO_JSON = 'cannot be written: Object.prototype has a toJSON, which would change it';
const NOT_FINITE = 'must be a finite number: JSON makes null of NaN and Infinity';
const CYCLE = 'refers back to what it is in, which JSON does not hold; leave it out';

/** A body sent as JSON, serialised once: later changes of `value` affect no attempt. */
export class JsonBody {
  readonly bytes: Buffer;

  /**
   * @param root what the caller knows the body as
   * @throws {CryptofuseConfigException} naming the members that JSON does not hold
   */
  constructor(
    readonly value: unknown,
    root = 'body',
  ) {
    this.bytes = Buffer.from(bodyJson(value, root), 'utf8');
  }
}

/**
 * Returns `body` as JSON. Errors that its getters, its `toJSON` or a proxy throw pass through unchanged.
 *
 * @param root what the caller knows the body as, for example `body`
 * @throws {CryptofuseConfigException} naming the members that JSON does not hold, never with a value
 */
export function bodyJson(body: unknown, root: string): string {
  if ('toJSON' in Object.prototype) throw callRefused({ property: root, message: ADDED_TO_JSON });
  const problems: ConfigProblem[] = [];
  const place = new Place(root);
  function replacer(this: object, name: string, value: unknown): unknown {
    if (typeof value === 'string') return value;
    place.backTo(this);
    const isObject = typeof value === 'object' && value !== null;
    const isCycle = isObject && place.isWithin(value);
    const message = isCycle ? CYCLE : lossyJsonReason(value, this, name);
    if (message === undefined) {
      if (isObject) place.enter(value, name);
      return value;
    }
    if (problems.length < MOST_NAMED) problems.push({ property: place.pathOf(name), message });
    return undefined;
  }
  const json = JSON.stringify(body, replacer) as string | undefined;
  if (problems.length > 0) throw callRefused(...problems);
  if (json === undefined) throw callRefused({ property: root, message: NO_JSON });
  return json;
}

/**
 * Returns why `JSON.stringify` would change or drop `value`, the member `name` of `holder`; `undefined` if it would not.
 * Members that are `undefined` are left out on purpose.
 */
function lossyJsonReason(value: unknown, holder: object, name: string): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : NOT_FINITE;
    case 'bigint':
      return 'is a bigint, which JSON does not hold; give text';
    case 'function':
      return 'is a function, which JSON leaves out; give what it returns';
    case 'symbol':
      return 'is a symbol, which JSON leaves out; give text';
    case 'object':
      return value === null ? reasonOfNull(holder, name) : reasonOfObject(value, holder, name);
    default:
      return undefined;
  }
}

/** Detects an invalid date, whose `toJSON` returns `null`. */
function reasonOfNull(holder: object, name: string): string | undefined {
  const stated: unknown = Reflect.get(holder, name);
  return types.isDate(stated) ? 'is an invalid Date, which JSON makes null of' : undefined;
}

function reasonOfObject(value: object, holder: object, name: string): string | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)) return undefined;
  if (types.isBoxedPrimitive(value)) return lossyJsonReason(value.valueOf(), holder, name);
  if (types.isMap(value)) {
    return 'is a Map, of which JSON holds nothing; give Object.fromEntries(map)';
  }
  if (types.isSet(value)) return 'is a Set, of which JSON holds nothing; give a list: [...set]';
  const isPromise = typeof Reflect.get(value, 'then') === 'function';
  return isPromise ? 'is a promise; await it first' : undefined;
}

/** Tracks the position of `JSON.stringify` from the arguments of its replacer. */
class Place {
  /** The objects being serialised, outermost first, and the name of each in the one before. */
  readonly #open: object[] = [];
  readonly #names: string[] = [];

  constructor(private readonly root: string) {}

  /** Leaves the objects that are complete, up to `holder`. */
  backTo(holder: object): void {
    while (this.#open.length > 0 && this.#open.at(-1) !== holder) {
      this.#open.pop();
      this.#names.pop();
    }
  }

  /** Enters `value`, the member `name`. */
  enter(value: object, name: string): void {
    this.#open.push(value);
    this.#names.push(name);
  }

  isWithin(value: object): boolean {
    return this.#open.includes(value);
  }

  /** Returns the path of the member `name`, for example `body.items[0].amount`. */
  pathOf(name: string): string {
    const names = [...this.#names, name].slice(1);
    const segments = names.map((each, index) => segmentOf(this.#open[index], each));
    const path = `${this.root}${segments.join('')}`;
    return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
  }
}

function segmentOf(holder: unknown, name: string): string {
  if (Array.isArray(holder)) return `[${name}]`;
  return PLAIN_NAME.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 60))}]`;
}
