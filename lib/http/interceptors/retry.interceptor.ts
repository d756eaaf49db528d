import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { pauseFor } from '../../transport/pause-for.js';
import { resultOfAnswer, resultOfRejection } from '../attempt-result.js';
import type { CryptofuseInterceptor, CryptofuseNext } from '../cryptofuse-interceptor.js';
import type { CryptofuseRequest } from '../cryptofuse-request.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { isOneShot } from '../one-shot-body.js';
import { RetryBudget } from '../retry-budget.js';
import { mayRepeat, retryPause, type AttemptResult } from '../retry-rule.js';

/** An attempt that has ended, one way or the other. */
type Ended =
  | { readonly response: CryptofuseResponse; readonly result: AttemptResult | undefined }
  | { readonly error: unknown; readonly result: AttemptResult | undefined };

/** Repeats a failed attempt where that cannot do anything twice, after a pause. */
@Injectable()
export class RetryInterceptor implements CryptofuseInterceptor {
  readonly #budget = new RetryBudget();

  constructor(private readonly clock: Clock) {}

  async intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse> {
    for (let failures = 1; ; failures += 1) {
      const ended = await this.#attempt(request, next);
      const pause = this.#pauseAfter(ended, failures, request);
      if (pause === undefined) {
        if ('error' in ended) throw ended.error;
        return ended.response;
      }
      if ('response' in ended && ended.response.body instanceof Readable) {
        ended.response.body.destroy();
      }
      await pauseFor(pause, this.clock, request.signal);
    }
  }

  async #attempt(request: CryptofuseRequest, next: CryptofuseNext): Promise<Ended> {
    try {
      const response = await next(request);
      return { response, result: resultOfAnswer(response, this.clock.now()) };
    } catch (error) {
      return { error, result: resultOfRejection(error) };
    }
  }

  /** Returns the milliseconds until the next attempt; `undefined` where this one was the last. */
  #pauseAfter(
    { result }: Ended,
    failures: number,
    { method, body, retry }: CryptofuseRequest,
  ): number | undefined {
    if (result === undefined) {
      this.#budget.refill();
      return undefined;
    }
    if (retry === false || failures > retry.attempts || isOneShot(body)) return undefined;
    if (!mayRepeat(method, result, retry) || !this.#budget.take()) return undefined;
    return retryPause(failures, result, retry, Math.random());
  }
}
