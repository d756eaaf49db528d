import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import type { EndSignal } from '../../transport/end-signal.js';
import { onAbort } from '../../transport/on-abort.js';
import { untilAborted } from '../../transport/until-aborted.js';
import { OUTCOME_AT, type Attempt, type AttemptRequest } from '../attempt.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { Next } from '../compose.js';
import type { CryptofuseRequest } from '../cryptofuse-request.js';
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

  async intercept(
    request: CryptofuseRequest,
    next: Next<AttemptRequest>,
  ): Promise<CryptofuseResponse> {
    const { signal, timeout } = request;
    const { clientId } = this.config;
    signal?.throwIfAborted();
    if (this.calls.closed) throw clientClosed(clientId, 'not-sent');
    const attempt: Attempt = { stage: 'token', deadline: this.clock.monotonic() + timeout };
    const { end, release } = this.calls.endOf(signal, () =>
      clientClosed(clientId, OUTCOME_AT[attempt.stage]),
    );
    const timer = this.clock.schedule(() => {
      end.abort(tooSlow(attempt.stage, timeout, clientId));
    }, timeout);
    const attempted: AttemptRequest = { ...request, signal: end, attempt };
    let body: unknown;
    try {
      const response = await untilAborted(next(attempted), end);
      body = response.body;
      return response;
    } catch (error) {
      if (end.aborted) endBody(request.body);
      throw error;
    } finally {
      timer.cancel();
      if (body instanceof Readable && !body.closed) endStreamWith(body, end, release);
      else release();
    }
  }
}

/** A stream outlives its call: an abort still ends it, until it has ended. */
function endStreamWith(stream: Readable, signal: EndSignal, release: () => void): void {
  const stop = onAbort(signal, () => {
    stream.destroy(signal.reason as Error);
  });
  stream.once('close', () => {
    stop();
    release();
  });
}
