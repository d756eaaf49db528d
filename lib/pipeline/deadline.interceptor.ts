import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { Clock } from '../clock/clock.js';
import { DeadlineQueue } from '../clock/deadline-queue.js';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import { clientClosed } from '../exceptions/cryptofuse-exceptions.js';
import { disposeBody, isEndable } from '../request/body-stream.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import type { Call } from '../request/call.js';
import { toError, onAbort } from '../transport/cancellation.js';
import { Attempt, timeoutException } from './attempt.js';
import type { CallsInFlight } from './calls-in-flight.js';
import type { AttemptStep, Next } from './pipeline.js';

/** Ends attempts whose time is over. A timer for each would be a good part of what a call costs. */
export class Deadlines {
  /** By timeout, in milliseconds: few differ. */
  readonly #queues = new Map<number, DeadlineQueue<Attempt>>();

  constructor(
    /** The client's own timeout, in milliseconds. */
    private readonly usual: number,
    private readonly hasProxy: boolean,
    private readonly timers: DeadlineTimers,
  ) {}

  /** Has `attempt` end at its deadline. */
  add(attempt: Attempt): void {
    const { timeout } = attempt.call;
    let queue = this.#queues.get(timeout);
    if (queue === undefined) {
      queue = new DeadlineQueue(this.timers, timeout, this.#end);
      this.#queues.set(timeout, queue);
    }
    queue.add(attempt);
  }

  /** `attempt` is over; harmless a second time. */
  remove(attempt: Attempt): void {
    const { queue, call } = attempt;
    if (queue === undefined) return;
    queue.remove(attempt);
    // That of the client's own timeout stays.
    if (queue.isEmpty && call.timeout !== this.usual) this.#queues.delete(call.timeout);
  }

  /** Gives `attempt` its time anew, from `now`: it went on although it was over. Nothing if it has ended. */
  renew(attempt: Attempt, now: number): void {
    const { queue, call } = attempt;
    if (queue === undefined) return;
    queue.remove(attempt);
    attempt.renew(now + call.timeout);
    queue.add(attempt);
  }

  readonly #end = (attempt: Attempt): void => {
    if (attempt.isSentLate) {
      this.renew(attempt, this.timers.clock.monotonic());
      return;
    }
    const { awaited, outcome, call } = attempt;
    this.remove(attempt);
    const { account, timeout } = call;
    const { credentials, fetcher } = account;
    attempt.abort(
      timeoutException({
        awaited,
        timeout,
        outcome,
        clientId: credentials.clientId,
        hasProxy: this.hasProxy,
        isAwaitingSecret: fetcher.isAwaitingSecret,
        cause: fetcher.latestFailure,
      }),
    );
  };
}

/** Begins an attempt; ends one that takes too long, that the application aborts, or that the client's end cuts off. */
export class DeadlineInterceptor implements AttemptStep {
  constructor(
    private readonly clock: Clock,
    private readonly calls: CallsInFlight,
    private readonly deadlines: Deadlines,
  ) {}

  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const { signal, timeout } = call;
    if (signal?.aborted === true) return Promise.reject(toError(signal.reason));
    if (this.calls.closed) {
      return Promise.reject(clientClosed(call.account.credentials.clientId, 'not-sent'));
    }
    const attempt = new Attempt(call, this.clock.monotonic() + timeout);
    this.calls.enter(attempt, signal);
    this.deadlines.add(attempt);
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.deadlines.remove(attempt);
        this.calls.leave(attempt);
        reject(toError(error));
        if (attempt.aborted) disposeBody(call.body);
      };
      const failForAbort = (): void => {
        fail(attempt.reason);
      };
      // A stream is its caller's, and is ended in that one's async context.
      const failInContext = isEndable(call.body) ? AsyncResource.bind(failForAbort) : failForAbort;
      // The first to listen: an abort comes before the response.
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
