import { STATUS_CODES } from 'node:http';
import { boundedValue, cleanText, firstNames } from './bounded-value.js';
import { isCredential } from './credential-names.js';
import { isRedirect } from './is-redirect.js';

const LONGEST_CODE = 100;
const SHORTEST_CREDENTIAL = 4;
const MOST_MEMBERS = 50;
/** What is told by code and message. */
const KNOWN = new Set(['error', 'error_description', 'message', 'code', 'detail']);

/** What the server says of an error, bounded and without secrets; code and message are never empty. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  /** Whether the code is the server's own. */
  readonly stated: boolean;
}

/**
 * Reads an error's body in any of the shapes the API is seen to use (FACTS 1.2): an `error` object
 * or string, `{ detail }`, or something else.
 *
 * @param strike takes secrets out of a text
 */
export function readErrorBody(
  body: unknown,
  status: number,
  strike: (text: string) => string,
): ErrorBody {
  const names = isRecord(body) ? firstNames(body, MOST_MEMBERS + KNOWN.size) : [];
  const clean = withoutNamed(body, names, strike);
  const nested = memberOf(body, 'error');
  const codes = [memberOf(nested, 'code'), nested, memberOf(body, 'code')];
  const messages = [
    memberOf(nested, 'message'),
    ...['error_description', 'message', 'detail'].map((name) => memberOf(body, name)),
  ];
  const code = firstText(codes, clean, LONGEST_CODE);
  const message = firstText(messages, clean) || code;
  return {
    code: code || codeOfStatus(status),
    message: message || `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    details: boundedValue(detailsOf(body, names, nested), clean),
    stated: code !== '',
  };
}

/** An answer may name a token that nobody knows of yet, and quote it in its message. */
function withoutNamed(
  body: unknown,
  names: readonly string[],
  strike: (text: string) => string,
): (text: string) => string {
  const named = names
    .filter(isCredential)
    .map((name) => memberOf(body, name))
    .filter((value) => typeof value === 'string' && value.length >= SHORTEST_CREDENTIAL);
  if (named.length === 0) return strike;
  return (text) =>
    named.reduce<string>((left, value) => left.replaceAll(String(value), '[secret]'), strike(text));
}

function firstText(
  values: readonly unknown[],
  strike: (text: string) => string,
  longest?: number,
): string {
  const texts = values.map((value) =>
    typeof value === 'string' ? cleanText(value, strike, longest) : '',
  );
  return texts.find((text) => text !== '') ?? '';
}

function codeOfStatus(status: number): string {
  return isRedirect(status) ? 'redirect_refused' : `http_${status}`;
}

function detailsOf(body: unknown, names: readonly string[], nested: unknown): unknown {
  const stated = [memberOf(nested, 'details'), memberOf(body, 'details')];
  const details = stated.find((value) => value !== undefined);
  if (details !== undefined) return details;
  const others = names.filter((name) => !KNOWN.has(name));
  if (others.length === 0) return undefined;
  return Object.fromEntries(others.map((name) => [name, memberOf(body, name)]));
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member of a JSON object; of anything else, none. */
function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
