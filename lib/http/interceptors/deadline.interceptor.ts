import { Injectable } from '@nestjs/common';
import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import { asThrown } from '../../transport/as-thrown.js';
import { onAbort } from '../../transport/on-abort.js';
import { Attempt } from '../attempt.js';
import type { Call } from '../call.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { Next } from '../compose.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { Deadlines } from '../deadlines.js';
import { endBody, isEndable } from '../one-shot-body.js';
import type { AttemptStep } from '../pipeline.js';

/** Begins an attempt; ends one that takes too long, that the application aborts, or that the client's end cuts off. */
@Injectable()
export class DeadlineInterceptor implements AttemptStep {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly clock: Clock,
    private readonly calls: CallsInFlight,
    private readonly deadlines: Deadlines,
  ) {}

  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const { signal, timeout } = call;
    if (signal?.aborted === true) return Promise.reject(asThrown(signal.reason));
    if (this.calls.closed) {
      return Promise.reject(clientClosed(this.config.clientId, 'not-sent'));
    }
    const attempt = new Attempt(call, this.clock.monotonic() + timeout);
    this.calls.enter(attempt, signal);
    this.deadlines.add(attempt);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.deadlines.remove(attempt);
        this.calls.leave(attempt);
        reject(asThrown(error));
        if (attempt.aborted) endBody(call.body);
      };
      const failForAbort = (): void => {
        fail(attempt.reason);
      };
      // A stream is its caller's, and is ended in that one's async context.
      const failInContext = isEndable(call.body) ? AsyncResource.bind(failForAbort) : failForAbort;
      // The first to listen: an abort comes before the answer.
      attempt.addEventListener('abort', failInContext);
      try {
        next(attempt).then((response) => {
          this.deadlines.remove(attempt);
          this.#leaveAfter(attempt, response.body);
          resolve(response);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** A stream outlives its call: an abort still ends it, until it has ended. */
  #leaveAfter(attempt: Attempt, body: unknown): void {
    if (!(body instanceof Readable) || body.closed) {
      this.calls.leave(attempt);
      return;
    }
    const stop = onAbort(attempt, () => {
      body.destroy(attempt.reason as Error);
    });
    body.once('close', () => {
      stop();
      this.calls.leave(attempt);
    });
  }
}
