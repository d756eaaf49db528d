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

const WITHOUT_BODY: ReadonlySet<PlainMethod> = new Set<PlainMethod>(['GET', 'HEAD', 'DELETE']);
const UNSTATED: PlainConfig = {
  headers: undefined,
  params: undefined,
  timeout: undefined,
  signal: undefined,
};

type PlainConfig = Pick<PlainCall, 'headers' | 'params' | 'timeout' | 'signal'>;

/**
 * Returns the plain call that `args`, given to the axios method of this name, stand for: its body is JSON or
 * none, and it states no more than headers, parameters, a timeout and a signal. `undefined` where it needs axios.
 */
export function plainCallOf(method: PlainMethod, args: readonly unknown[]): PlainCall | undefined {
  const [url, ...rest] = args;
  const hasBody = !WITHOUT_BODY.has(method);
  const [data, config = {}] = hasBody ? rest : [undefined, ...rest];
  if (typeof url !== 'string' || !isPlainConfig(config)) return undefined;
  if (hasBody && (!isPlainBody(data) || namesType(config))) return undefined;
  return { method, url, data, config, ...UNSTATED, ...config };
}

function isPlainBody(data: unknown): boolean {
  return isPlainObject(data) || Array.isArray(data);
}

function isPlainConfig(config: unknown): config is Partial<PlainConfig> {
  if (!isPlainObject(config)) return false;
  const members = Object.entries(config);
  return members.every(
    ([name, value]) => Object.hasOwn(UNSTATED, name) && isPlainMember(name, value),
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
function namesType(config: Partial<PlainConfig>): boolean {
  const headers = Object.hasOwn(config, 'headers') ? (config.headers ?? {}) : {};
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
