import { STATUS_CODES } from 'node:http';
import type { SecretRedactor } from '../config/secret-redactor.js';
import { boundedValue, cleanText, firstNames, isCredential, type Redact } from './bounded-value.js';
import type { RequestOutcome } from './cryptofuse.exception.js';

const LONGEST_CODE = 100;
const MOST_MEMBERS = 50;
/** The members that hold the code and message; all others are details. */
const KNOWN = new Set(['error', 'error_description', 'message', 'code', 'detail']);

/** The server's description of an error, bounded and without secrets. Code and message are never empty. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  /** Whether the server sent the code. */
  readonly stated: boolean;
}

/**
 * Reads an error's body in any of the shapes the API has been seen to use (FACTS 1.2): an `error` object or string,
 * `{ detail }`, or something else.
 *
 * @param redactor removes secrets from the body
 */
export function readErrorBody(body: unknown, status: number, redactor: SecretRedactor): ErrorBody {
  const names = isRecord(body) ? firstNames(body, MOST_MEMBERS + KNOWN.size) : [];
  const all = includingNamed(body, names, redactor);
  const redact: Redact = (text, within) => all.redact(text, within);
  const nested = ownMember(body, 'error');
  const codes = [ownMember(nested, 'code'), nested, ownMember(body, 'code')];
  const messages = [
    ownMember(nested, 'message'),
    ...['error_description', 'message', 'detail'].map((name) => ownMember(body, name)),
  ];
  const code = firstText(codes, redact, LONGEST_CODE);
  const message = firstText(messages, redact) || code;
  return {
    code: code || codeOfStatus(status),
    message: message || `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    details: boundedValue(detailsOf(body, names, nested), redact),
    stated: code !== '',
  };
}

/** A response may hold a new token, and quote it in its message. */
function includingNamed(
  body: unknown,
  names: readonly string[],
  redactor: SecretRedactor,
): SecretRedactor {
  const named = names
    .filter(isCredential)
    .map((name) => ownMember(body, name))
    .filter((value) => typeof value === 'string');
  return named.length === 0 ? redactor : redactor.including(named);
}

function firstText(values: readonly unknown[], redact: Redact, longest?: number): string {
  const texts = values.map((value) =>
    typeof value === 'string' ? cleanText(value, redact, longest) : '',
  );
  return texts.find((text) => text !== '') ?? '';
}

function codeOfStatus(status: number): string {
  return isRedirect(status) ? 'redirect_refused' : `http_${status}`;
}

function detailsOf(body: unknown, names: readonly string[], nested: unknown): unknown {
  const stated = [ownMember(nested, 'details'), ownMember(body, 'details')];
  const details = stated.find((value) => value !== undefined);
  if (details !== undefined) return details;
  const others = names.filter((name) => !KNOWN.has(name));
  if (others.length === 0) return undefined;
  return Object.fromEntries(others.map((name) => [name, ownMember(body, name)]));
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the own member `name` of `value` if that is an object; prototypes are ignored. */
export function ownMember(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Redirects after which the server has not acted; after a 302 or 303 it may have (RFC 9110 §15.4). */
const REFUSING = new Set([301, 307, 308]);

/** Returns whether `status` sends the client elsewhere (RFC 9110 §15.4). */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/** Returns the outcome of a request whose response is the redirect `status`. */
export function outcomeOfRedirect(status: number): RequestOutcome {
  return REFUSING.has(status) ? 'refused' : 'unknown';
}
