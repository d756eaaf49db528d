import { Secret } from './secret.js';

const NAME = /^[A-Za-z0-9_-]+$/;

/** The problem reported for an invalid client name. */
export const NO_NAME = {
  property: 'name',
  message: 'must be letters, digits, _ and -, for example eu-1',
};

/** Returns whether `name` is a valid client name: environment variable names are built from it. */
export function isClientName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** C0, DEL and C1 control characters, which headers, log lines and forms must not contain. */
const CONTROL = /\p{Cc}/u;
/** The problem of text that is not well-formed: UTF-8 cannot encode it and writes U+FFFD instead. */
export const HALF_CHARACTER = 'holds a lone surrogate, half of a character';

/** Returns what is wrong with `value` as one line of text; `undefined` if nothing is. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'is empty';
  if (CONTROL.test(value)) return 'holds control characters, such as a newline at its end: trim it';
  if (!value.isWellFormed()) return HALF_CHARACTER;
  return undefined;
}

/** Returns whether `value` is a single, non-empty line of text. */
function isPlainText(value: unknown): value is string {
  return textProblem(value) === undefined;
}

/**
 * Returns `text` as a URL; `undefined` if it is not one. `URL.canParse` is not used because on Node 20 it starts to
 * reject hosts like `bücher.example` after a few thousand calls.
 */
export function parsedUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Must not occur in a path prefix: a server may split it into other segments. */
const AMBIGUOUS = /\\|%2f|%5c|%2e|%25|\/\//i;

function isPlainBase(text: string, url: URL): boolean {
  const nothingElse =
    url.username === '' && url.password === '' && !text.includes('?') && !text.includes('#');
  const authority = text.indexOf('//') + 2;
  return nothingElse && !text.includes('@') && !AMBIGUOUS.test(text.slice(authority));
}

/** Returns whether `value` is an https URL, or http on loopback, without userinfo, query or fragment. */
export function isBaseUrl(value: unknown): boolean {
  if (!isPlainText(value) || !/^https?:\/\/[^/\s]+[^\s]*$/i.test(value)) return false;
  const url = parsedUrl(value);
  if (url === undefined) return false;
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return false;
  return isPlainBase(value, url);
}

/** Returns `baseUrl` in the form the rest of the package expects: normalised, without a trailing slash. */
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

/** Returns whether the user and password of a proxy's URL can be decoded: a `%` must be written as `%25`. */
export function hasReadableCredentials(value: unknown): boolean {
  const url = value instanceof Secret ? parsedUrl(value.reveal()) : undefined;
  return url === undefined || (isDecodable(url.username) && isDecodable(url.password));
}

/** Returns whether `value` is `undefined` or the sealed http or https URL of a proxy. */
export function isProxySetting(value: unknown): boolean {
  return value === undefined || (value instanceof Secret && isProxyUrl(value.reveal()));
}

/** RFC 6749 §3.3: printable ASCII except space, double quote and backslash. */
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
 * Returns `stated` with its strings wrapped so that they do not print: one {@link Secret} for a string, two for a pair.
 * Anything else, including a function, is returned unchanged.
 */
export function sealClientSecret(stated: unknown): unknown {
  if (typeof stated === 'string') return Object.freeze([new Secret(stated)]);
  if (!Array.isArray(stated) || stated.length !== 2) return stated;
  const pair = Array.from<unknown>(stated);
  return Object.freeze(pair.map((one) => (typeof one === 'string' ? new Secret(one) : one)));
}

/** Returns whether `value` is a list of one or two secrets, valid or not. */
export function isSecretList(value: unknown): value is readonly Secret[] {
  if (!Array.isArray(value) || ![1, 2].includes(value.length)) return false;
  return value.every((one) => one instanceof Secret);
}

/** Returns what is wrong with `secrets`, without quoting any; `undefined` if nothing is. */
export function secretProblem(secrets: readonly Secret[]): string | undefined {
  return secrets.map((secret) => textProblem(secret.reveal())).find((problem) => problem);
}

/** Returns what is wrong with `value` as a source of the client's secrets; `undefined` if nothing is. */
export function clientSecretProblem(value: unknown): string | undefined {
  if (typeof value === 'function') return undefined;
  return isSecretList(value) ? secretProblem(value) : FORMS;
}
