import type { ResponseHeaders } from './transport.js';

/** What an answer's headers say of a limit; `undefined` where absent or absurd. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetAt: Date | undefined;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
}

/** A window that ends later than this is not believed: 366 days. */
const LONGEST_WINDOW = 366 * 24 * 3_600_000;
const MOST_DIGITS = 15;
const ZERO = '0'.charCodeAt(0);

/**
 * Reads `X-RateLimit-*` and both forms of `Retry-After` (RFC 9110 §10.2.3).
 *
 * @param now wall-clock time, milliseconds since the epoch
 */
export function readRateLimit(headers: ResponseHeaders, now: number): RateLimit {
  const retryAt = retryMoment(textOf(headers['retry-after']), now);
  const reset = countOf(headers['x-ratelimit-reset']);
  const resetAt = believable(reset === undefined ? undefined : reset * 1_000, now) ?? retryAt;
  return {
    limit: countOf(headers['x-ratelimit-limit']),
    remaining: countOf(headers['x-ratelimit-remaining']),
    resetAt: resetAt === undefined ? undefined : new Date(resetAt),
    retryAfter: waitUntil(retryAt ?? resetAt, now),
  };
}

function retryMoment(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = wholeNumber(text);
  if (seconds !== undefined) return believable(now + seconds * 1_000, now);
  if (!/[a-z]/i.test(text)) return undefined;
  return believable(Date.parse(text), now);
}

function believable(moment: number | undefined, now: number): number | undefined {
  if (moment === undefined || Number.isNaN(moment)) return undefined;
  return Math.abs(moment - now) <= LONGEST_WINDOW ? moment : undefined;
}

function waitUntil(moment: number | undefined, now: number): number | undefined {
  return moment === undefined ? undefined : Math.max(0, moment - now);
}

function countOf(header: string | readonly string[] | undefined): number | undefined {
  const text = textOf(header);
  return text === undefined ? undefined : wholeNumber(text);
}

/** Every answer has three of them, and a regular expression is dear. */
function wholeNumber(text: string): number | undefined {
  if (text === '' || text.length > MOST_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.trim() : undefined;
}
