import { isOptionsObject, readEntries } from '../config/option-reader.js';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { refusedCall } from './refused-call.js';

/** RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** RFC 9110 §5.5, and Latin-1 as HTTP/1.1 carries it. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the package, or the connection (RFC 9110 §7.6.1), states itself. */
const OURS =
  /^(authorization|host|cookie2?|connection|content-length|transfer-encoding|te|trailer|upgrade|http2-settings|keep-alive|expect|proxy-.*)$/;
const TWICE = 'is stated twice, in capitals and not; state it once';
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
/** HTTP clients leave these out without a word, since they write headers into plain objects. */
const LOST = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Returns `headers`, names and their text, with the names in lower case, without those that are `undefined`.
 *
 * @throws {CryptofuseConfigException} naming every header that cannot be sent or is not the call's to state
 */
export function callHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined) return NO_HEADERS;
  if (!isOptionsObject(headers)) {
    const message = 'must be an object of text; of Headers, give Object.fromEntries(headers)';
    throw refusedCall({ property: 'headers', message });
  }
  const sent = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [stated, value] of readEntries(headers)) {
    if (value === undefined) continue;
    const name = stated.toLowerCase();
    const message = sent.has(name) ? TWICE : problemOf(name, value);
    if (message === undefined) sent.set(name, value as string);
    else problems.push({ property: `headers[${JSON.stringify(stated.slice(0, 60))}]`, message });
  }
  if (problems.length > 0) throw refusedCall(...problems);
  return Object.fromEntries(sent);
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
