import { readHttpDate } from './http-date.js';
import { believedWait, waitUntil, type ReadingTime } from './server-moment.js';
import type { ResponseHeaders } from './transport.js';
import { wholeNumberIn } from './whole-number.js';

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
