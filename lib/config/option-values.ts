import { Secret } from './secret.js';

const NAME = /^[A-Za-z0-9_-]+$/;

/** The problem of a name that cannot be one. */
export const NO_NAME = {
  property: 'name',
  message: 'must be letters, digits, _ and -, for example eu-1',
};

/** Returns whether `name` can be the name of a client: variables of the environment are made of it. */
export function isClientName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** C0, DEL and C1: nothing that a header, a log line or a form may hold. */
const CONTROL = /\p{Cc}/u;
/** What is wrong with text that is not well-formed: UTF-8 cannot encode it, and writes U+FFFD instead. */
export const HALF_CHARACTER = 'holds a lone surrogate, half of a character';

/** Returns what is wrong with `value` as one line of text; `undefined` if nothing is. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'is empty';
  if (CONTROL.test(value)) return 'holds control characters, such as a newline at its end: trim it';
  if (!value.isWellFormed()) return HALF_CHARACTER;
  return undefined;
}

/** Returns whether `value` is one line of text, and not empty. */
export function isPlainText(value: unknown): value is string {
  return textProblem(value) === undefined;
}

/**
 * Returns `text` as a URL; `undefined` if it is none. Instead of `URL.canParse`, which on Node 20
 * comes to refuse hosts like `bücher.example` once it has been called some thousand times.
 */
export function parsedUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** What a path prefix must not hold: a server may split it into other segments. */
const AMBIGUOUS = /\\|%2f|%5c|%2e|%25|\/\//i;

function isPlainBase(text: string, url: URL): boolean {
  const nothingElse =
    url.username === '' && url.password === '' && !text.includes('?') && !text.includes('#');
  const authority = text.indexOf('//') + 2;
  return nothingElse && !text.includes('@') && !AMBIGUOUS.test(text.slice(authority));
}

/** Returns whether `value` is an https URL, or http on loopback, without userinfo, query and fragment. */
export function isBaseUrl(value: unknown): boolean {
  if (!isPlainText(value) || !/^https?:\/\/[^/\s]+[^\s]*$/i.test(value)) return false;
  const url = parsedUrl(value);
  if (url === undefined) return false;
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return false;
  return isPlainBase(value, url);
}

/** Returns `baseUrl` as the rest of the package expects it: parsed, without a slash at the end. */
export function normalizeBaseUrl(baseUrl: string): string {
  return new URL(baseUrl).href.replace(/\/+$/, '');
}

function isProxyUrl(text: string): boolean {
  const url = isPlainText(text) ? parsedUrl(text) : undefined;
  if (url === undefined) return false;
  const { protocol, pathname, search, hash } = url;
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '';
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns whether user and password of a proxy's URL can be read: a `%` in them stands as `%25`. */
export function hasReadableCredentials(value: unknown): boolean {
  const url = value instanceof Secret ? parsedUrl(value.reveal()) : undefined;
  return url === undefined || (isDecodable(url.username) && isDecodable(url.password));
}

/** Returns whether `value` is no proxy, or the sealed http or https URL of one. */
export function isProxySetting(value: unknown): boolean {
  return value === undefined || (value instanceof Secret && isProxyUrl(value.reveal()));
}

/** RFC 6749 §3.3: printable ASCII without space, quote and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Returns whether `value` is a scope token. */
export function isScopeToken(value: unknown): boolean {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/** Returns whether `value` is a list of one or more scope tokens (RFC 6749 §3.3). */
export function isScopeList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isScopeToken);
}

function hasIntercept(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'intercept' in value && typeof value.intercept === 'function';
}

function isInterceptorStatement(value: unknown): boolean {
  if (typeof value !== 'function') return hasIntercept(value);
  const { prototype } = value as { prototype?: unknown };
  return hasIntercept(prototype);
}

/** Returns whether `value` is a list of interceptors, classes or instances. */
export function isInterceptorList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isInterceptorStatement);
}

const FORMS = 'must be text, [current, previous], or a function giving either';

/**
 * Returns `stated` with its strings wrapped so that they do not print: one {@link Secret} for a
 * string, two for a pair, and anything else, a function included, as it is.
 */
export function sealClientSecret(stated: unknown): unknown {
  if (typeof stated === 'string') return Object.freeze([new Secret(stated)]);
  if (!Array.isArray(stated) || stated.length !== 2) return stated;
  const pair = Array.from<unknown>(stated);
  return Object.freeze(pair.map((one) => (typeof one === 'string' ? new Secret(one) : one)));
}

/** Returns whether `value` holds one or two secrets, usable or not. */
export function isSecretList(value: unknown): value is readonly Secret[] {
  if (!Array.isArray(value) || ![1, 2].includes(value.length)) return false;
  return value.every((one) => one instanceof Secret);
}

/** Returns what is wrong with `secrets`, without any of them; `undefined` if nothing is. */
export function secretProblem(secrets: readonly Secret[]): string | undefined {
  return secrets.map((secret) => textProblem(secret.reveal())).find((problem) => problem);
}

/** Returns what is wrong with `value` as what gives the client's secrets; `undefined` if nothing is. */
export function clientSecretProblem(value: unknown): string | undefined {
  if (typeof value === 'function') return undefined;
  return isSecretList(value) ? secretProblem(value) : FORMS;
}
