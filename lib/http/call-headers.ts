import { isOptionsObject } from '../config/option-reader.js';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { refusedCall } from './refused-call.js';

/** RFC 9110 §5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** RFC 9110 §5.5, and Latin-1 as HTTP/1.1 carries it. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the package, or the connection, states itself. */
const OURS = /^(authorization|host|cookie|connection|content-length|transfer-encoding|proxy-.*)$/;

/**
 * Returns `headers` with their names in lower case, without those that are `undefined`.
 *
 * @throws {CryptofuseConfigException} naming every header that cannot be sent or is not the call's to state
 */
export function callHeaders(
  headers: Readonly<Record<string, string | undefined>> = {},
): Readonly<Record<string, string>> {
  if (!isOptionsObject(headers)) {
    throw refusedCall({ property: 'headers', message: 'must be an object' });
  }
  const sent: [string, string][] = [];
  const problems: ConfigProblem[] = [];
  for (const [stated, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const name = stated.toLowerCase();
    const message = problemOf(name, value);
    if (message === undefined) sent.push([name, value]);
    else problems.push({ property: `headers[${JSON.stringify(stated.slice(0, 60))}]`, message });
  }
  if (problems.length > 0) throw refusedCall(...problems);
  return Object.fromEntries(sent);
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!NAME.test(name)) return 'is no header name (RFC 9110 §5.6.2)';
  if (OURS.test(name)) return 'is stated by the package, not by a call';
  if (typeof value !== 'string') return 'must be a string';
  if (!VALUE.test(value)) return 'must be Latin-1 text without control characters';
  return undefined;
}
