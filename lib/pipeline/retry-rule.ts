import { longestPause, type RetrySettings } from '../config/settings.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import { CryptofuseException, type RequestOutcome } from '../exceptions/cryptofuse.exception.js';
import { REPLAY_HINT } from '../exceptions/hints.js';
import { isOneShot } from '../request/body-stream.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import { type Call, isSuccess } from '../request/call.js';
import type { ClockSkew } from '../token/clock-skew.js';
import { requestedWait } from '../transport/rate-limit-headers.js';
import { CONNECTIONS_BUSY } from './attempt.js';

/** The result of an attempt, as far as a retry depends on it. */
export interface AttemptResult {
  /** `undefined` if no response came. */
  readonly status: number | undefined;
  /** Whether the server may have acted. */
  readonly outcome: RequestOutcome;
  /** Milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined;
}

const FIRST_PAUSE = 250;

/**
 * Returns whether a call may be retried: with any method if the server has certainly not acted, only with the methods
 * of `settings` if it may have acted, and never if the server asks for a longer wait than `maxDelay`.
 */
export function mayRetry(
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

/** Returns the result of an attempt of `call` with this response; `undefined` if it is no failure. */
export function resultOfResponse(
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

/** Returns the result of an attempt that was rejected; `undefined` if a retry would fail again. */
export function resultOfRejection(error: unknown): AttemptResult | undefined {
  if (!(error instanceof CryptofuseException) || !error.retryable) return undefined;
  // A retry would queue at the end and wait longer.
  if (error.code === CONNECTIONS_BUSY) return undefined;
  // The token endpoint has responded, and its request was already retried if that could help.
  if (error.upstreamStatus !== undefined) return undefined;
  // The call was refused without a request because of a limit, and a retry would be too.
  if (error instanceof CryptofuseRateLimitException) return undefined;
  return { status: undefined, outcome: error.outcome, retryAfter: undefined };
}

/** Retries that are available at the start, and at most. */
const CAPACITY = 100;
/** The fraction of a retry that a success gives back. */
const REFILL = 0.2;

/** Keeps retries from multiplying the load of an outage: each takes from the budget, each success gives a little back. */
export class RetryBudget {
  #left = CAPACITY;

  /** Takes one retry; returns whether one was left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Counts a response that is no failure of the server. */
  refill(): void {
    this.#left = Math.min(CAPACITY, this.#left + REFILL);
  }
}

/**
 * Returns a hint for making a call replayable that was refused and not retried because of its body;
 * `undefined` if there was another reason.
 */
export function replayHint(
  call: Call,
  response: CryptofuseResponse,
  skew: ClockSkew,
): string | undefined {
  const { method, body, retry } = call;
  if (!isOneShot(body)) return undefined;
  if (response.status === 401) return REPLAY_HINT;
  const result = resultOfResponse(call, response, skew);
  if (response.status !== 429 || result === undefined) return undefined;
  const isRetried = retry !== false && retry.attempts > 0 && mayRetry(method, result, retry);
  return isRetried ? REPLAY_HINT : undefined;
}

/** Too many requests (RFC 6585 §4). */
const TOO_MANY = 429;

/** Returns the milliseconds that the server asks to wait before `call` is sent again; `undefined` if it does not ask. */
export function requestedPause(
  { retry }: Call,
  { status, headers }: CryptofuseResponse,
  skew: ClockSkew,
): number | undefined {
  return requestedWait(headers, skew.readingTime(), status === TOO_MANY, longestPause(retry));
}
