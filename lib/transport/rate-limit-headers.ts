import { localDate, type ReadingTime } from './server-moment.js';
import { statedWindow } from './stated-wait.js';
import type { ResponseHeaders } from './transport.js';
import { wholeNumberIn } from './whole-number.js';

/** What a response's headers say of a limit; `undefined` where absent or absurd. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** By this machine's clock. */
  readonly resetAt: Date | undefined;
}

/** Reads `X-RateLimit-*`; the window ends with `Retry-After` where they do not say. */
export function readRateLimit(headers: ResponseHeaders, time: ReadingTime): RateLimit {
  const stated = statedWindow(headers, time);
  return {
    limit: wholeNumberIn(headers['x-ratelimit-limit']),
    remaining: wholeNumberIn(headers['x-ratelimit-remaining']),
    resetAt: stated && localDate(time.now + stated.wait, stated.end),
  };
}
