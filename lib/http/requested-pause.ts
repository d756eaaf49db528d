import { longestPause } from '../config/longest-pause.js';
import type { ClockSkew } from '../token/clock-skew.js';
import { requestedWait } from '../transport/stated-wait.js';
import type { Call } from './call.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';

/** Too many requests (RFC 6585 §4). */
export const TOO_MANY = 429;

/** Returns the milliseconds that the server asks to wait before `call` is sent again; `undefined` if it does not ask. */
export function requestedPause(
  { retry }: Call,
  { status, headers }: CryptofuseResponse,
  skew: ClockSkew,
): number | undefined {
  return requestedWait(headers, skew.readingTime(), status === TOO_MANY, longestPause(retry));
}
