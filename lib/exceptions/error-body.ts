import { STATUS_CODES } from 'node:http';
import { boundedText, boundedValue } from './bounded-value.js';
import { isRedirect } from './is-redirect.js';

const LONGEST_CODE = 100;

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
  const root = recordOf(body);
  const nested = recordOf(root['error']);
  const codes = [nested['code'], root['error'], root['code']];
  const messages = [nested['message'], root['error_description'], root['message'], root['detail']];
  const code = firstText(codes, strike, LONGEST_CODE);
  const message = firstText(messages, strike) || code;
  return {
    code: code || codeOfStatus(status),
    message: message || `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    details: boundedValue(detailsOf(root, nested), strike),
    stated: code !== '',
  };
}

function firstText(
  values: readonly unknown[],
  strike: (text: string) => string,
  longest?: number,
): string {
  const texts = values.map((value) =>
    typeof value === 'string' ? boundedText(strike(value), longest) : '',
  );
  return texts.find((text) => text !== '') ?? '';
}

function codeOfStatus(status: number): string {
  return isRedirect(status) ? 'redirect_refused' : `http_${status}`;
}

function detailsOf(root: Record<string, unknown>, nested: Record<string, unknown>): unknown {
  if (nested['details'] !== undefined) return nested['details'];
  if (root['details'] !== undefined) return root['details'];
  const known = ['error', 'error_description', 'message', 'code', 'detail'];
  const others = Object.entries(root).filter(([name]) => !known.includes(name));
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

/** The own members of a JSON object; of anything else, none. */
function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.assign(Object.create(null) as Record<string, unknown>, value);
}
