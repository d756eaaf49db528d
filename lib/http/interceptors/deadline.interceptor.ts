import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import { CryptofuseTimeoutException } from '../../exceptions/cryptofuse-timeout.exception.js';
import { onAbort } from '../../transport/on-abort.js';
import { untilAborted } from '../../transport/until-aborted.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { CryptofuseInterceptor, CryptofuseNext } from '../cryptofuse-interceptor.js';
import type { CryptofuseRequest } from '../cryptofuse-request.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { endBody } from '../one-shot-body.js';

/** Ends an attempt that takes too long, that the application aborts, or that the client's end cuts off. */
@Injectable()
export class DeadlineInterceptor implements CryptofuseInterceptor {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly clock: Clock,
    private readonly calls: CallsInFlight,
  ) {}

  async intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse> {
    if (request.signal?.aborted === true) endBody(request.body);
    request.signal?.throwIfAborted();
    if (this.calls.closed) throw clientClosed(this.config.clientId, 'not-sent');
    const controller = new AbortController();
    const release = this.#bind(request, controller);
    const timer = this.clock.schedule(() => {
      controller.abort(this.#tooSlow(request.timeout));
    }, request.timeout);
    let body: unknown;
    try {
      const attempt = next({ ...request, signal: controller.signal });
      const response = await untilAborted(attempt, controller.signal);
      body = response.body;
      return response;
    } catch (error) {
      if (controller.signal.aborted) endBody(request.body);
      throw error;
    } finally {
      timer.cancel();
      if (body instanceof Readable) endStreamWith(body, controller.signal, release);
      else release();
    }
  }

  /** Binds an attempt to the application's signal and the client's end; returns the way to unbind it. */
  #bind({ signal }: CryptofuseRequest, controller: AbortController): () => void {
    const leave = this.calls.enter((reason) => {
      controller.abort(reason);
    });
    if (signal === undefined) return leave;
    const stop = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    return () => {
      leave();
      stop();
    };
  }

  #tooSlow(timeout: number): CryptofuseTimeoutException {
    return new CryptofuseTimeoutException({
      code: 'timeout',
      message: `No answer came within ${timeout} ms.`,
      clientId: this.config.clientId,
      outcome: 'unknown',
    });
  }
}

/** A stream outlives its call: an abort still ends it, until it has ended. */
function endStreamWith(stream: Readable, signal: AbortSignal, release: () => void): void {
  const stop = onAbort(signal, () => {
    stream.destroy(signal.reason as Error);
  });
  stream.once('close', () => {
    stop();
    release();
  });
}
