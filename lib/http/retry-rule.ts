import type { RetrySettings } from '../config/retry-settings.js';
import type { RequestOutcome } from '../exceptions/exception-facts.js';

/** What became of an attempt, as far as repeating it is concerned. */
export interface AttemptResult {
  /** `undefined` where no answer came. */
  readonly status: number | undefined;
  /** Whether the server may have acted. */
  readonly outcome: RequestOutcome;
  /** Milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined;
}

const FIRST_PAUSE = 250;

/**
 * Returns whether a call may be repeated: what the server has certainly not acted upon for every
 * method, anything ambiguous only for the methods of `settings`, and never sooner than the server asks.
 */
export function mayRepeat(
  method: string,
  { status, outcome, retryAfter = 0 }: AttemptResult,
  settings: RetrySettings,
): boolean {
  if (status !== undefined && !settings.statuses.includes(status)) return false;
  if (retryAfter > settings.maxDelay) return false;
  return outcome !== 'unknown' || settings.methods.includes(method);
}

/**
 * Returns the pause before the next attempt in milliseconds: a random share of a bound that doubles (full jitter),
 * and never less than the server asks for.
 *
 * @param failures failed attempts so far, 1 or more
 * @param random 0 to 1
 */
export function retryPause(
  failures: number,
  { retryAfter = 0 }: AttemptResult,
  { maxDelay }: RetrySettings,
  random: number,
): number {
  const backOff = random * Math.min(maxDelay, FIRST_PAUSE * 2 ** (failures - 1));
  return Math.max(Math.min(retryAfter, maxDelay), backOff);
}
