import { readHttpDate } from './http-date.js';
import type { ResponseHeaders } from '../contracts/transport.js';

const MOST_DIGITS = 15;
const ZERO = '0'.charCodeAt(0);

/** Returns the number that `header` states in digits alone; `undefined` if it states none. */
export function wholeNumberIn(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' ? wholeNumber(header.trim()) : undefined;
}

/** Every response has three of them, and a regular expression is dear. */
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

/** When a response is read, and what is known of the server's clock. */
export interface ReadingTime {
  /** By this machine's wall clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that the server's clock is ahead of it, as far as known. */
  readonly skew: number;
}

/** A moment that is further away is not believed: 366 days. */
const FURTHEST = 366 * 24 * 3_600_000;
/** `Date` has whole seconds, and a response takes its time: clocks that differ by less agree. */
const AGREEING = 2_000;

/** Returns `wait` in milliseconds; `undefined` if it is beyond belief. */
export function believedWait(wait: number): number | undefined {
  return Math.abs(wait) <= FURTHEST ? wait : undefined;
}

/**
 * Returns the milliseconds from a response to `moment`, which the server has stated by its own clock; less than 0 if
 * it is over, `undefined` if it is beyond belief. The response's own `Date` says what that clock shows (RFC 9110
 * §6.6.1); without one that makes sense it is this machine's, set right by the skew.
 */
export function waitUntil(
  moment: number,
  headers: ResponseHeaders,
  { now, skew }: ReadingTime,
): number | undefined {
  const sentAt = momentOfSending(headers, now);
  const wait = sentAt === undefined ? undefined : believedWait(moment - sentAt);
  return wait ?? believedWait(moment - now - skew);
}

/**
 * Returns `local`, a moment by this machine's clock, as a date. Where that clock and the server's agree, it is the
 * moment that the server has stated, to the second.
 */
export function localDate(local: number, stated: number | undefined): Date {
  const agrees = stated !== undefined && Math.abs(local - stated) < AGREEING;
  return new Date(agrees ? stated : local);
}

/** A response out of a cache is older by its `Age` (RFC 9111 §5.1). */
function momentOfSending(headers: ResponseHeaders, now: number): number | undefined {
  const { date, age } = headers;
  const moment = typeof date === 'string' ? readHttpDate(date.trim(), now) : undefined;
  return moment === undefined ? undefined : moment + 1_000 * (wholeNumberIn(age) ?? 0);
}

/** A wait that the server has stated. */
export interface StatedWait {
  /** Milliseconds; less than 0 if its end is over. */
  readonly wait: number;
  /** Its end by the server's clock, in milliseconds since the epoch; `undefined` if the server stated a duration. */
  readonly end: number | undefined;
}

const RETRY_AFTER = 'retry-after';

/** Returns what `Retry-After` asks for, as seconds or as a date (RFC 9110 §10.2.3); `undefined` if that is not to be believed. */
function statedRetryAfter(headers: ResponseHeaders, time: ReadingTime): StatedWait | undefined {
  const header = headers[RETRY_AFTER];
  if (typeof header !== 'string') return undefined;
  const seconds = wholeNumberIn(header);
  if (seconds !== undefined) return waitOf(believedWait(1_000 * seconds), undefined);
  const end = readHttpDate(header.trim(), time.now);
  return end === undefined ? undefined : waitOf(waitUntil(end, headers, time), end);
}

/** Returns the end of the window by `X-RateLimit-Reset`, as it stands there: in milliseconds, by the server's clock. */
export function statedEnd(headers: ResponseHeaders): number | undefined {
  const seconds = wholeNumberIn(headers['x-ratelimit-reset']);
  return seconds === undefined ? undefined : 1_000 * seconds;
}

/**
 * Returns the wait until the window ends, by `X-RateLimit-Reset`, or else by `Retry-After`; `undefined` if neither is to
 * be believed.
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
 * @param isLimit whether it says that there were too many requests: the next window may come, too
 * @param maxDelay what a `Retry-After` counts as that cannot be read, or is beyond belief
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

/** What a response's headers say of a limit; `undefined` if absent or absurd. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** By this machine's clock. */
  readonly resetAt: Date | undefined;
}

/** Reads `X-RateLimit-*`; the window ends with `Retry-After` if they do not say. */
export function readRateLimit(headers: ResponseHeaders, time: ReadingTime): RateLimit {
  const stated = statedWindow(headers, time);
  return {
    limit: wholeNumberIn(headers['x-ratelimit-limit']),
    remaining: wholeNumberIn(headers['x-ratelimit-remaining']),
    resetAt: stated && localDate(time.now + stated.wait, stated.end),
  };
}
