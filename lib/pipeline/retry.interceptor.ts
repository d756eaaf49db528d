import type { Clock } from '../clock/clock.js';
import type { RequestOutcome } from '../exceptions/cryptofuse.exception.js';
import { markAmbiguous } from '../exceptions/cryptofuse-exceptions.js';
import { ClockSkew } from '../token/clock-skew.js';
import { pauseFor } from '../transport/cancellation.js';
import {
  type AttemptResult,
  mayRetry,
  resultOfRejection,
  resultOfResponse,
  RetryBudget,
  retryPause,
} from './retry-rule.js';
import type { Call } from '../request/call.js';
import { PendingWait } from './attempt.js';
import type { CallsInFlight } from './calls-in-flight.js';
import type { Next, Step } from './pipeline.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import { disposeBody, isOneShot } from '../request/body-stream.js';

/** An attempt that has ended with a response or a rejection. */
type EndedAttempt =
  | {
      readonly kind: 'response';
      readonly response: CryptofuseResponse;
      readonly result: AttemptResult | undefined;
    }
  | {
      readonly kind: 'rejection';
      readonly error: unknown;
      readonly result: AttemptResult | undefined;
    };

/** The attempts of one call. */
interface Series {
  readonly call: Call;
  readonly next: Next<Call>;
  /** Number of the current attempt, from 1. */
  readonly attemptNumber: number;
  /** Whether the server may have acted on an attempt that failed. */
  readonly isAmbiguous: boolean;
}

/** Retries a failed attempt, after a pause, if the server did not act on it or its method is in `retry.methods`. */
export class RetryInterceptor implements Step<Call> {
  readonly #budget = new RetryBudget();

  constructor(
    private readonly calls: CallsInFlight,
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
  ) {}

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    return this.#attempt({ call, next, attemptNumber: 1, isAmbiguous: false });
  }

  #attempt(series: Series): Promise<CryptofuseResponse> {
    return series.next(series.call).then(
      (response) => {
        const result = resultOfResponse(series.call, response, this.skew);
        return this.#judge(series, { kind: 'response', response, result });
      },
      (error: unknown) =>
        this.#judge(series, { kind: 'rejection', error, result: resultOfRejection(error) }),
    );
  }

  /** Retries the call, or settles it with the attempt that has ended. */
  #judge(series: Series, ended: EndedAttempt): CryptofuseResponse | Promise<CryptofuseResponse> {
    if (ended.kind === 'response' && ended.result === undefined) this.#budget.refill();
    const pause = this.#planRetry(ended, series.attemptNumber, series.call);
    return pause === undefined
      ? resultOf(ended, series.isAmbiguous)
      : this.#retryAfter(series, ended, pause);
  }

  async #retryAfter(
    { call, next, attemptNumber, isAmbiguous }: Series,
    ended: EndedAttempt,
    pause: number,
  ): Promise<CryptofuseResponse> {
    if (ended.kind === 'response') disposeBody(ended.response.body);
    const outcome = outcomeOf(ended);
    const isNowAmbiguous = isAmbiguous || (outcome === 'unknown' && isWrite(call.method));
    await this.#rest(pause, call, isNowAmbiguous ? 'unknown' : outcome);
    return this.#attempt({
      call,
      next,
      attemptNumber: attemptNumber + 1,
      isAmbiguous: isNowAmbiguous,
    });
  }

  /** Waits before the next attempt; the application's signal and closing the client cut the wait short. */
  async #rest(pause: number, call: Call, outcome: RequestOutcome): Promise<void> {
    const wait = new PendingWait(call, outcome);
    this.calls.enter(wait, call.signal);
    try {
      await pauseFor(pause, this.clock, wait);
    } finally {
      this.calls.leave(wait);
    }
  }

  /** Returns the milliseconds until the next attempt, taken from the budget; `undefined` if this one was the last. */
  #planRetry(
    { result }: EndedAttempt,
    attemptNumber: number,
    { method, body, retry }: Call,
  ): number | undefined {
    if (result === undefined) return undefined;
    if (retry === false || attemptNumber > retry.attempts || isOneShot(body)) return undefined;
    if (!mayRetry(method, result, retry)) return undefined;
    const pause = retryPause(attemptNumber, result, retry, Math.random());
    return pause <= this.calls.longestPause && this.#budget.take() ? pause : undefined;
  }
}

function outcomeOf({ result }: EndedAttempt): RequestOutcome {
  return result?.outcome ?? 'unknown';
}

/** GET and HEAD have no side effects. */
function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Keeps `outcome: 'unknown'` if any earlier attempt was ambiguous. */
function resultOf(ended: EndedAttempt, isAmbiguous: boolean): CryptofuseResponse {
  if (ended.kind === 'rejection') throw isAmbiguous ? markAmbiguous(ended.error) : ended.error;
  return isAmbiguous ? { ...ended.response, isAmbiguous } : ended.response;
}
