import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { CryptofuseException } from '../exceptions/cryptofuse.exception.js';
import type { ClockSkew } from '../token/clock-skew.js';
import type { Call } from './call.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';
import { isSuccess } from './is-success.js';
import { requestedPause, TOO_MANY } from './requested-pause.js';
import type { AttemptResult } from './retry-rule.js';
import { CONNECTIONS_BUSY } from './too-slow.js';

/** Returns what an answer to `call` means for a repeat; `undefined` where it is no failure. */
export function resultOfAnswer(
  call: Call,
  response: CryptofuseResponse,
  skew: ClockSkew,
): AttemptResult | undefined {
  const { status } = response;
  if (isSuccess(status) || status < 400) return undefined;
  const isRefused = status === TOO_MANY;
  return {
    status,
    outcome: isRefused ? 'refused' : 'unknown',
    retryAfter: requestedPause(call, response, skew),
  };
}

/** Returns what a rejection means for a repeat; `undefined` where the same call would fail again. */
export function resultOfRejection(error: unknown): AttemptResult | undefined {
  if (!(error instanceof CryptofuseException) || !error.retryable) return undefined;
  // At the end of the line it would wait longer.
  if (error.code === CONNECTIONS_BUSY) return undefined;
  // An answer of the token endpoint: the engine has repeated what was worth it.
  if (error.upstreamStatus !== undefined) return undefined;
  // A limit that was kept to without a request: it will be kept to again.
  if (error instanceof CryptofuseRateLimitException) return undefined;
  return { status: undefined, outcome: error.outcome, retryAfter: undefined };
}
