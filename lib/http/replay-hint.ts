import type { ClockSkew } from '../token/clock-skew.js';
import { resultOfAnswer } from './attempt-result.js';
import type { Call } from './call.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';
import { isOneShot } from './one-shot-body.js';
import { mayRepeat } from './retry-rule.js';

const HINT =
  'The body is a stream, which cannot be sent again. State a function that returns a new stream as the body, and the call is repeated.';

/**
 * Returns how to make a call replayable that was refused and not repeated because of its body;
 * `undefined` where the body is not why.
 */
export function replayHint(
  call: Call,
  response: CryptofuseResponse,
  skew: ClockSkew,
): string | undefined {
  const { method, body, retry } = call;
  if (!isOneShot(body)) return undefined;
  if (response.status === 401) return HINT;
  const result = resultOfAnswer(call, response, skew);
  if (response.status !== 429 || result === undefined) return undefined;
  const isRepeated = retry !== false && retry.attempts > 0 && mayRepeat(method, result, retry);
  return isRepeated ? HINT : undefined;
}
