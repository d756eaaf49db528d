import { isOptionsObject, readEntries } from '../config/option-reader.js';
import { type ConfigProblem, callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { type FormDataPackage, isFormDataPackage } from './body-stream.js';

/** RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** RFC 9110 §5.5, and Latin-1 as HTTP/1.1 carries it. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Headers that the package or the connection (RFC 9110 §7.6.1) sets itself. */
const OURS =
  /^(authorization|host|cookie2?|connection|content-length|transfer-encoding|te|trailer|upgrade|http2-settings|keep-alive|expect|proxy-.*)$/;
const TWICE = 'is stated twice, in capitals and not; state it once';
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
/** HTTP clients silently drop these, since they write headers into plain objects. */
const LOST = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Returns `headers` with their names in lower case, without those that are `undefined`.
 *
 * @throws {CryptofuseConfigException} naming every header that cannot be sent or that a call may not set
 */
export function callHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined) return NO_HEADERS;
  if (!isOptionsObject(headers)) {
    const message = 'must be an object of text; of Headers, give Object.fromEntries(headers)';
    throw callRefused({ property: 'headers', message });
  }
  const byName = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [stated, value] of readEntries(headers)) {
    if (value === undefined) continue;
    const name = stated.toLowerCase();
    const message = byName.has(name) ? TWICE : problemOf(name, value);
    if (message === undefined) byName.set(name, value as string);
    else problems.push({ property: `headers[${JSON.stringify(stated.slice(0, 60))}]`, message });
  }
  if (problems.length > 0) throw callRefused(...problems);
  return Object.fromEntries(byName);
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!NAME.test(name)) return 'is no header name (RFC 9110 §5.6.2)';
  if (OURS.test(name))
    return 'is stated by the package or the connection, not by a call; leave it out';
  if (LOST.has(name)) return 'is a name under which a header is not sent; give it another';
  if (typeof value !== 'string') return 'must be a string';
  if (!VALUE.test(value)) return 'must be Latin-1 text without control characters';
  return undefined;
}

type Headers = Readonly<Record<string, string>>;

const CONTENT_TYPE = 'content-type';
const MULTIPART = /^\s*multipart\/form-data\s*(;|$)/i;
const BOUNDARY = /;\s*boundary\s*=/i;
const FORM = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Returns the `headers` of a call with `body`, without a content type that the body sets better itself.
 *
 * @throws {CryptofuseConfigException} if the content type does not fit the body
 */
export function bodyHeaders(headers: Headers, body: unknown, isJson: boolean): Headers {
  const type = Object.hasOwn(headers, CONTENT_TYPE) ? headers[CONTENT_TYPE] : undefined;
  if (type === undefined || body === undefined) return headers;
  if (body instanceof FormData || isFormDataPackage(body))
    return headersBesideForm(headers, type, body);
  const message = isJson ? misnamedJson(type) : misnamedBytes(type);
  if (message !== undefined) throw refusal(message);
  return headers;
}

function misnamedJson(type: string): string | undefined {
  if (FORM.test(type)) return 'is that of a form, the body is JSON; give URLSearchParams';
  if (MULTIPART.test(type)) return 'is that of a form, the body is JSON; give FormData';
  return undefined;
}

function misnamedBytes(type: string): string | undefined {
  if (!lacksBoundary(type)) return undefined;
  return 'has no boundary; leave it out where the body is a form: it states its own';
}

function lacksBoundary(type: string): boolean {
  return MULTIPART.test(type) && !BOUNDARY.test(type);
}

/** Drops the call's content type: only the form knows the boundary between its parts. */
function headersBesideForm(headers: Headers, type: string, form: object): Headers {
  const isOwn = isFormDataPackage(form) && ownType(form) === type;
  if (!isOwn && !lacksBoundary(type)) {
    throw refusal('is stated by the form that is the body; leave it out');
  }
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== CONTENT_TYPE));
}

function ownType(form: FormDataPackage): string | undefined {
  try {
    return form.getHeaders()[CONTENT_TYPE];
  } catch {
    return undefined; // it is refused if its headers are needed
  }
}

function refusal(message: string): Error {
  return callRefused({ property: `headers["${CONTENT_TYPE}"]`, message });
}

const LENGTH = 'content-length';

/**
 * Returns the headers of `form`, which, unlike those of a call, may include a length.
 *
 * @throws {CryptofuseConfigException} if it has none, or some that a call may not set
 */
export function formHeaders(form: FormDataPackage): Readonly<Record<string, string>> {
  try {
    const stated = Object.entries<unknown>(form.getHeaders());
    const headers = callHeaders(Object.fromEntries(stated.filter(([name]) => !isLength(name))));
    const length = stated.find(([name]) => isLength(name))?.[1];
    return length === undefined ? headers : { ...headers, [LENGTH]: contentLength(length) };
  } catch {
    // Without the error's text, which may quote private data of the application.
    const message = 'is a form that cannot tell its headers, or has such as cannot be sent';
    throw callRefused({ property: 'body', message });
  }
}

function isLength(name: string): boolean {
  return name.toLowerCase() === LENGTH;
}

function contentLength(length: unknown): string {
  const text = typeof length === 'number' ? length.toString() : length;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return text;
  throw new RangeError('It is no length.');
}
