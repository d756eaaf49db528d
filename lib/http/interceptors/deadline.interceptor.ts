import { Injectable } from '@nestjs/common';
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
import { endBody } from '../one-shot-body.js';
import type { AttemptStep } from '../pipeline.js';
import { tooSlow } from '../too-slow.js';

/** Begins an attempt; ends one that takes too long, that the application aborts, or that the client's end cuts off. */
@Injectable()
export class DeadlineInterceptor implements AttemptStep {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly clock: Clock,
    private readonly calls: CallsInFlight,
  ) {}

  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const { clientId } = this.config;
    if (call.signal?.aborted === true) return Promise.reject(asThrown(call.signal.reason));
    if (this.calls.closed) return Promise.reject(clientClosed(clientId, 'not-sent'));
    const attempt = new Attempt(call, this.clock.monotonic() + call.timeout);
    const release = this.calls.endWith(call.signal, attempt, () =>
      clientClosed(clientId, attempt.outcome),
    );
    const timer = this.clock.schedule(() => {
      attempt.abort(tooSlow(attempt.stage, call.timeout, clientId));
    }, call.timeout);
    return answerUntilEnd(attempt, next).then(
      (response) => {
        timer.cancel();
        const { body } = response;
        if (body instanceof Readable && !body.closed) endStreamWith(body, attempt, release);
        else release();
        return response;
      },
      (error: unknown) => {
        timer.cancel();
        release();
        if (attempt.aborted) endBody(call.body);
        throw error;
      },
    );
  }
}

/** Sends `attempt`; its abort comes before its answer. */
function answerUntilEnd(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
  return new Promise((resolve, reject) => {
    attempt.addEventListener('abort', () => {
      reject(asThrown(attempt.reason));
    });
    // In here, so that what is thrown at once rejects as well.
    next(attempt).then(resolve, reject);
  });
}

/** A stream outlives its call: an abort still ends it, until it has ended. */
function endStreamWith(stream: Readable, attempt: Attempt, release: () => void): void {
  const stop = onAbort(attempt, () => {
    stream.destroy(attempt.reason as Error);
  });
  stream.once('close', () => {
    stop();
    release();
  });
}
