import { LONGEST_DELAY } from '../clock/clock.js';
import {
  inheritedOptions,
  isOptionsObject,
  readOptions,
  type ReadOptions,
} from '../config/option-reader.js';
import { optionProblems } from '../config/option-rules.js';
import { RetrySettings } from '../config/settings.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import type { PathParams } from './path-params.js';
import type { Query } from './query-string.js';

/**
 * What a call may state besides its method, path and body. Each is read once, as a member of the object
 * itself; a call with any other member, or a value that cannot work, rejects with a `CryptofuseConfigException`
 * that names it, and nothing is sent.
 */
export interface CryptofuseCallOptions {
  /**
   * A value for each `{name}` of the path: `get('/payments/{id}/', { params: { id } })`. Each is encoded; an empty
   * one, a dot segment, and one that holds `/`, `\`, `%` or a control character is refused.
   */
  readonly params?: PathParams | undefined;
  /** Query parameters; a list repeats its name, `null` and `undefined` are left out. */
  readonly query?: Query;
  /** Further headers, each once; not `Authorization`, `Cookie`, `Host` and those of the connection. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Ends the whole call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, 1 to 2147483647, instead of the option `timeout`. */
  readonly timeout?: number;
  /** Merged over the option `retry`; `false`: only after a 401, with a new token. */
  readonly retry?: Partial<RetrySettings> | false;
}

/** What `request` may state: besides the rest, the body. */
export interface CryptofuseRequestOptions extends CryptofuseCallOptions {
  /**
   * JSON, or text, bytes, `URLSearchParams`, `FormData`, `Blob`, a stream, a function that returns a new
   * stream, each sent as what it is. A body that JSON would change is refused: `NaN`, a `Map`, a promise.
   */
  readonly body?: unknown;
}

const OPTIONS = ['query', 'headers', 'signal', 'timeout', 'retry', 'params'];
const WITH_BODY = [...OPTIONS, 'body'];

const BODY_ELSEWHERE = {
  property: 'body',
  message:
    'is not an option here: it is the second argument of post, put and patch; for any other method use request(method, path, { body })',
};

const NOTHING_STATED: ReadOptions = { values: new Map(), problems: [] };

/**
 * Reads what a call states, each member once; what is wrong with that is told and not thrown.
 *
 * @param hasBody whether `body` is one of the options
 */
export function readCallOptions(options: unknown, hasBody: boolean): ReadOptions {
  if (options === undefined) return NOTHING_STATED;
  const known = hasBody ? WITH_BODY : OPTIONS;
  // A body that is a list stays the one that was given: it may have a toJSON of its own.
  const { values, problems } = readOptions(options, known, '', (value) => value);
  const told = problems.map((problem) => (problem.property === 'body' ? BODY_ELSEWHERE : problem));
  return { values, problems: [...told, ...inheritedOptions(options, known, '')] };
}

const USUAL: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** RFC 9110 §5.6.2. CONNECT and TRACE are no calls of an API. */
const METHOD = /^(?!CONNECT$|TRACE$)[A-Z]+$/;

/**
 * Returns `method` in capitals.
 *
 * @throws {CryptofuseConfigException} if it is no method of a call
 */
export function callMethod(method: unknown): string {
  if (USUAL.has(method)) return method as string;
  const capitals = typeof method === 'string' ? method.toUpperCase() : '';
  if (METHOD.test(capitals)) return capitals;
  const message = 'must be an HTTP method, for example GET';
  throw callRefused({ property: 'method', message });
}

/**
 * Returns `path` where it is text; where it leads is `Destination`'s to judge.
 *
 * @throws {CryptofuseConfigException} if it is none
 */
export function callPath(path: unknown): string {
  if (typeof path === 'string') return path;
  const message = 'must be a string; of a URL, give url.href';
  throw callRefused({ property: 'path', message });
}

/** What is used of a signal: one of another realm, or of a polyfill that has all of it, works as well. */
const METHODS = ['addEventListener', 'removeEventListener', 'throwIfAborted'];

/**
 * Returns the signal that a call states.
 *
 * @throws {CryptofuseConfigException} if it is no `AbortSignal`
 */
export function callSignal(stated: unknown): AbortSignal | undefined {
  if (stated === undefined) return undefined;
  if (isAbortSignal(stated)) return stated;
  const message = isAbortController(stated)
    ? 'is an AbortController; give controller.signal'
    : 'must be an AbortSignal, such as controller.signal or AbortSignal.timeout(ms)';
  throw callRefused({ property: 'signal', message });
}

function isAbortSignal(stated: unknown): stated is AbortSignal {
  if (typeof stated !== 'object' || stated === null) return false;
  if (typeof Reflect.get(stated, 'aborted') !== 'boolean') return false;
  return METHODS.every((method) => typeof Reflect.get(stated, method) === 'function');
}

function isAbortController(stated: unknown): boolean {
  if (typeof stated !== 'object' || stated === null) return false;
  return typeof Reflect.get(stated, 'abort') === 'function' && 'signal' in stated;
}

/**
 * Returns the timeout of a call in milliseconds: the one it states, or else `otherwise`.
 *
 * @throws {CryptofuseConfigException} if the stated one cannot work
 */
export function callTimeout(stated: unknown, otherwise: number): number {
  if (stated === undefined) return otherwise;
  if (typeof stated === 'number' && stated >= 1 && stated <= LONGEST_DELAY) return stated;
  const message = `must be milliseconds, 1 to ${LONGEST_DELAY}`;
  throw callRefused({ property: 'timeout', message });
}

/**
 * Returns when a call is retried: what it states, over what the module's options say.
 *
 * @throws {CryptofuseConfigException} if what it states cannot work
 */
export function callRetry(
  stated: unknown,
  configured: RetrySettings | false,
): RetrySettings | false {
  if (stated === undefined) return configured;
  if (stated === false) return false;
  if (!isOptionsObject(stated)) {
    const message = 'must be false, or an object such as { attempts: 5 }';
    throw callRefused({ property: 'retry', message });
  }
  const settings = new RetrySettings();
  const known = Object.keys(settings);
  const read = readOptions(stated, known, 'retry.');
  Object.assign(settings, configured, Object.fromEntries(read.values));
  const wrong = optionProblems(settings).map(({ property, message }) => ({
    property: `retry.${property}`,
    message,
  }));
  const problems = [...read.problems, ...inheritedOptions(stated, known, 'retry.'), ...wrong];
  if (problems.length > 0) throw callRefused(...problems);
  return settings;
}
