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
const DIGITS = /^\d{1,15}$/;

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
  if (DIGITS.test(text)) return believable(now + Number(text) * 1_000, now);
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
  return text !== undefined && DIGITS.test(text) ? Number(text) : undefined;
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.trim() : undefined;
}
