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
 *
 * @param now wall-clock time, milliseconds since the epoch
 */
export function replayHint(
  { method, body, retry }: Call,
  response: CryptofuseResponse,
  now: number,
): string | undefined {
  if (!isOneShot(body)) return undefined;
  if (response.status === 401) return HINT;
  const result = resultOfAnswer(response, now);
  if (response.status !== 429 || result === undefined) return undefined;
  const isRepeated = retry !== false && retry.attempts > 0 && mayRepeat(method, result, retry);
  return isRepeated ? HINT : undefined;
}
