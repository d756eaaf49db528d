import { readHttpDate } from './http-date.js';
import type { ResponseHeaders } from '../contracts/transport.js';

const MOST_DIGITS = 15;
const ZERO = '0'.charCodeAt(0);

/** Returns the number in `header`, if that consists only of digits; otherwise `undefined`. */
export function wholeNumberIn(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' ? wholeNumber(header.trim()) : undefined;
}

/** Parses digits without a regular expression, which is slow: every response has three such headers. */
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

/** The time a response is read, and the known skew of the server's clock. */
export interface ReadingTime {
  /** By this machine's wall clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that the server's clock is ahead of it, as far as known. */
  readonly skew: number;
}

/** Times further away than this, 366 days, are ignored as implausible. */
const FURTHEST = 366 * 24 * 3_600_000;
/** Clocks that differ by less agree: `Date` has whole seconds, and a response takes time to arrive. */
const AGREEING = 2_000;

/** Returns `wait` in milliseconds; `undefined` if it is implausible. */
function believedWait(wait: number): number | undefined {
  return Math.abs(wait) <= FURTHEST ? wait : undefined;
}

/**
 * Returns the milliseconds from a response to `moment`, a time of the server's clock; negative if it has passed,
 * `undefined` if it is implausible. The server's clock is read from the response's `Date` (RFC 9110 §6.6.1) or, without
 * a plausible one, from this machine's clock corrected by the skew.
 */
function waitUntil(
  moment: number,
  headers: ResponseHeaders,
  { now, skew }: ReadingTime,
): number | undefined {
  const sentAt = momentOfSending(headers, now);
  const wait = sentAt === undefined ? undefined : believedWait(moment - sentAt);
  return wait ?? believedWait(moment - now - skew);
}

/**
 * Returns `local`, a time of this machine's clock, as a date. If that clock and the server's agree, returns the exact
 * time the server sent.
 */
export function localDate(local: number, stated: number | undefined): Date {
  const agrees = stated !== undefined && Math.abs(local - stated) < AGREEING;
  return new Date(agrees ? stated : local);
}

/** Returns the server's time when the response was sent. A cached response is older by its `Age` (RFC 9111 §5.1). */
function momentOfSending(headers: ResponseHeaders, now: number): number | undefined {
  const { date, age } = headers;
  const moment = typeof date === 'string' ? readHttpDate(date.trim(), now) : undefined;
  return moment === undefined ? undefined : moment + 1_000 * (wholeNumberIn(age) ?? 0);
}

/** A wait requested by the server. */
interface StatedWait {
  /** In milliseconds; negative if its end has passed. */
  readonly wait: number;
  /** Its end by the server's clock, in milliseconds since the epoch; `undefined` if the server sent a duration. */
  readonly end: number | undefined;
}

const RETRY_AFTER = 'retry-after';

/** Returns the wait in `Retry-After`, seconds or a date (RFC 9110 §10.2.3); `undefined` if it is implausible. */
function statedRetryAfter(headers: ResponseHeaders, time: ReadingTime): StatedWait | undefined {
  const header = headers[RETRY_AFTER];
  if (typeof header !== 'string') return undefined;
  const seconds = wholeNumberIn(header);
  if (seconds !== undefined) return waitOf(believedWait(1_000 * seconds), undefined);
  const end = readHttpDate(header.trim(), time.now);
  return end === undefined ? undefined : waitOf(waitUntil(end, headers, time), end);
}

/** Returns the window's end from `X-RateLimit-Reset`, in milliseconds of the server's clock. */
export function statedEnd(headers: ResponseHeaders): number | undefined {
  const seconds = wholeNumberIn(headers['x-ratelimit-reset']);
  return seconds === undefined ? undefined : 1_000 * seconds;
}

/**
 * Returns the wait until the window ends, from `X-RateLimit-Reset` or else `Retry-After`; `undefined` if neither is
 * plausible.
 */
export function statedWindow(headers: ResponseHeaders, time: ReadingTime): StatedWait | undefined {
  return statedReset(headers, time) ?? statedRetryAfter(headers, time);
}

function statedReset(headers: ResponseHeaders, time: ReadingTime): StatedWait | undefined {
  const end = statedEnd(headers);
  return end === undefined ? undefined : waitOf(waitUntil(end, headers, time), end);
}

/**
 * Returns the milliseconds that the server asks to wait; `undefined` if it does not ask.
 *
 * @param isLimit whether the response reports too many requests, so that the window's end counts too
 * @param maxDelay the wait for a `Retry-After` that cannot be read or is implausible
 */
export function requestedWait(
  headers: ResponseHeaders,
  time: ReadingTime,
  isLimit: boolean,
  maxDelay: number,
): number | undefined {
  const stated =
    statedRetryAfter(headers, time) ?? (isLimit ? statedReset(headers, time) : undefined);
  if (stated !== undefined) return Math.max(0, stated.wait);
  return headers[RETRY_AFTER] === undefined ? undefined : maxDelay;
}

function waitOf(wait: number | undefined, end: number | undefined): StatedWait | undefined {
  return wait === undefined ? undefined : { wait, end };
}

/** The rate limit in a response's headers; members are `undefined` if absent or implausible. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** By this machine's clock. */
  readonly resetAt: Date | undefined;
}

/** Reads `X-RateLimit-*`, with `Retry-After` as a fallback for the window's end. */
export function readRateLimit(headers: ResponseHeaders, time: ReadingTime): RateLimit {
  const stated = statedWindow(headers, time);
  return {
    limit: wholeNumberIn(headers['x-ratelimit-limit']),
    remaining: wholeNumberIn(headers['x-ratelimit-remaining']),
    resetAt: stated && localDate(time.now + stated.wait, stated.end),
  };
}
