/** The methods that a plain call may have. */
export const PLAIN_METHODS = ['GET', 'HEAD', 'DELETE', 'POST', 'PUT', 'PATCH'] as const;
export type PlainMethod = (typeof PLAIN_METHODS)[number];

/** A call that needs nothing that only axios does; each member is its own or `undefined`. */
export interface PlainCall {
  readonly method: PlainMethod;
  readonly url: string;
  /** For the methods that have a body, and for those alone. */
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly params: object | undefined;
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** As it was stated. */
  readonly config: object;
}

type PlainConfig = Pick<PlainCall, 'headers' | 'params' | 'timeout' | 'signal'>;

const WITHOUT_BODY: ReadonlySet<PlainMethod> = new Set<PlainMethod>(['GET', 'HEAD', 'DELETE']);
const UNSTATED: PlainConfig = {
  headers: undefined,
  params: undefined,
  timeout: undefined,
  signal: undefined,
};

/** The `config` of every call that was given none. */
const NOTHING_STATED: object = Object.freeze({});

/**
 * Returns the plain call that `args`, given to the axios method of this name, stand for: its body is JSON or
 * none, and it states no more than headers, parameters, a timeout and a signal. `undefined` where it needs axios.
 */
export function plainCallOf(method: PlainMethod, args: readonly unknown[]): PlainCall | undefined {
  const [url] = args;
  if (typeof url !== 'string') return undefined;
  if (WITHOUT_BODY.has(method)) return withConfig(method, url, undefined, args[1]);
  const [, data, config] = args;
  return isPlainBody(data) ? withConfig(method, url, data, config) : undefined;
}

function withConfig(
  method: PlainMethod,
  url: string,
  data: unknown,
  config: unknown = NOTHING_STATED,
): PlainCall | undefined {
  const { headers, params, timeout, signal } = UNSTATED;
  // Most calls; each member is written out, for a spread is dear.
  if (config === NOTHING_STATED)
    return { method, url, data, headers, params, timeout, signal, config: NOTHING_STATED };
  if (!isPlainConfig(config)) return undefined;
  const call = { method, url, data, ...UNSTATED, ...config, config };
  return data !== undefined && namesType(call.headers) ? undefined : call;
}

function isPlainBody(data: unknown): boolean {
  return isPlainObject(data) || Array.isArray(data);
}

function isPlainConfig(config: unknown): config is Partial<PlainConfig> {
  if (!isPlainObject(config)) return false;
  return Object.keys(config).every(
    (name) => Object.hasOwn(UNSTATED, name) && isPlainMember(name, Reflect.get(config, name)),
  );
}

function isPlainMember(name: string, value: unknown): boolean {
  if (value === undefined || name === 'timeout') return true;
  if (name === 'signal') return value instanceof AbortSignal && !value.aborted;
  if (!isPlainObject(value)) return false;
  return Object.values(value).every(name === 'headers' ? isText : isTextOrNumber);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** They are written alike everywhere. */
function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value);
}

/** axios writes a body by the type that its headers name. */
function namesType(headers: PlainConfig['headers']): boolean {
  if (headers === undefined) return false;
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
