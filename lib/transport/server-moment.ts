import { readHttpDate } from './http-date.js';
import type { ResponseHeaders } from './transport.js';
import { wholeNumberIn } from './whole-number.js';

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
