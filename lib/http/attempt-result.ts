import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { CryptofuseException } from '../exceptions/cryptofuse.exception.js';
import { readRateLimit } from '../transport/rate-limit-headers.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';
import { isSuccess } from './is-success.js';
import type { AttemptResult } from './retry-rule.js';

const TOO_MANY = 429;

/**
 * Returns what an answer means for a repeat; `undefined` where it is no failure.
 *
 * @param now wall-clock time, milliseconds since the epoch
 */
export function resultOfAnswer(
  { status, headers }: CryptofuseResponse,
  now: number,
): AttemptResult | undefined {
  if (isSuccess(status) || status < 400) return undefined;
  const { retryAfter } = readRateLimit(headers, now);
  const isRefused = status === TOO_MANY;
  const isAsked = isRefused || headers['retry-after'] !== undefined;
  return {
    status,
    outcome: isRefused ? 'refused' : 'unknown',
    retryAfter: isAsked ? retryAfter : undefined,
  };
}

/** Returns what a rejection means for a repeat; `undefined` where the same call would fail again. */
export function resultOfRejection(error: unknown): AttemptResult | undefined {
  if (!(error instanceof CryptofuseException) || !error.retryable) return undefined;
  // An answer of the token endpoint: the engine has repeated what was worth it.
  if (error.upstreamStatus !== undefined) return undefined;
  // A limit that was kept to without a request: it will be kept to again.
  if (error instanceof CryptofuseRateLimitException) return undefined;
  return { status: undefined, outcome: error.outcome, retryAfter: undefined };
}
