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
 * Options of a call besides its method, path and body. Each own property is read once. A call with an unknown option or
 * an invalid value sends nothing and rejects with a `CryptofuseConfigException` that names it.
 */
export interface CryptofuseCallOptions {
  /**
   * A value for each `{name}` of the path: `get('/payments/{id}/', { params: { id } })`. Each is encoded; an empty
   * one, a dot segment, and one that holds `/`, `\`, `%` or a control character is refused.
   */
  readonly params?: PathParams | undefined;
  /** Query parameters; a list repeats its name, `null` and `undefined` are left out. */
  readonly query?: Query;
  /** Additional headers, each once; not `Authorization`, `Cookie`, `Host` or those of the connection. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Aborts the whole call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, 1 to 2147483647, instead of the option `timeout`. */
  readonly timeout?: number;
  /** Merged over the option `retry`; `false`: only after a 401, with a new token. */
  readonly retry?: Partial<RetrySettings> | false;
}

/** Options of `request`: those of any call, and the body. */
export interface CryptofuseRequestOptions extends CryptofuseCallOptions {
  /**
   * A JSON value, text, bytes, `URLSearchParams`, `FormData`, a `Blob`, a stream, or a function that returns a new
   * stream, each sent as such. A body that JSON would change is refused: `NaN`, a `Map`, a promise.
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
 * Reads the options of a call, each once; returns the problems instead of throwing them.
 *
 * @param hasBody whether `body` is one of the options
 */
export function readCallOptions(options: unknown, hasBody: boolean): ReadOptions {
  if (options === undefined) return NOTHING_STATED;
  const known = hasBody ? WITH_BODY : OPTIONS;
  // A body that is a list is kept as given: it may have its own toJSON.
  const { values, problems } = readOptions(options, known, '', (value) => value);
  const ownProblems = problems.map((problem) =>
    problem.property === 'body' ? BODY_ELSEWHERE : problem,
  );
  return { values, problems: [...ownProblems, ...inheritedOptions(options, known, '')] };
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
 * Returns `path` if it is a string; `Destination` checks where it leads.
 *
 * @throws {CryptofuseConfigException} if it is no string
 */
export function callPath(path: unknown): string {
  if (typeof path === 'string') return path;
  const message = 'must be a string; of a URL, give url.href';
  throw callRefused({ property: 'path', message });
}

/** The methods used of a signal: one of another realm, or a complete polyfill, works as well. */
const METHODS = ['addEventListener', 'removeEventListener', 'throwIfAborted'];

/**
 * Returns the signal of a call.
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
 * Returns the timeout of a call in milliseconds: `stated`, or else `otherwise`.
 *
 * @throws {CryptofuseConfigException} if `stated` is invalid
 */
export function callTimeout(stated: unknown, otherwise: number): number {
  if (stated === undefined) return otherwise;
  if (typeof stated === 'number' && stated >= 1 && stated <= LONGEST_DELAY) return stated;
  const message = `must be milliseconds, 1 to ${LONGEST_DELAY}`;
  throw callRefused({ property: 'timeout', message });
}

/**
 * Returns the retry settings of a call: its own, merged over those of the module.
 *
 * @throws {CryptofuseConfigException} if its own are invalid
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
