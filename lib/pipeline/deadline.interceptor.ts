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

/** Aborts attempts that time out. They share timers: one for each would be a good part of the cost of a call. */
export class Deadlines {
  /** By timeout, in milliseconds; there are few different ones. */
  readonly #queues = new Map<number, DeadlineQueue<Attempt>>();

  constructor(
    /** The client's default timeout, in milliseconds. */
    private readonly usual: number,
    private readonly hasProxy: boolean,
    private readonly timers: DeadlineTimers,
  ) {}

  /** Aborts `attempt` at its deadline. */
  add(attempt: Attempt): void {
    const { timeout } = attempt.call;
    let queue = this.#queues.get(timeout);
    if (queue === undefined) {
      queue = new DeadlineQueue(this.timers, timeout, this.#end);
      this.#queues.set(timeout, queue);
    }
    queue.add(attempt);
  }

  /** Removes `attempt`, which has ended; does nothing the second time. */
  remove(attempt: Attempt): void {
    const { queue, call } = attempt;
    if (queue === undefined) return;
    queue.remove(attempt);
    // The queue of the client's default timeout stays.
    if (queue.isEmpty && call.timeout !== this.usual) this.#queues.delete(call.timeout);
  }

  /** Restarts the timeout of `attempt` from `now`: it made progress past its deadline. Does nothing if it has ended. */
  renew(attempt: Attempt, now: number): void {
    const { queue, call } = attempt;
    if (queue === undefined) return;
    queue.remove(attempt);
    attempt.deadline = now + call.timeout;
    queue.add(attempt);
  }

  readonly #end = (attempt: Attempt): void => {
    if (this.timers.isLate(attempt.deadline) && attempt.isSentLate) {
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

/** Starts an attempt, and aborts it if it times out, the application aborts it, or the client closes. */
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
      // A stream belongs to the caller and is destroyed in the caller's async context.
      const failInContext = isEndable(call.body) ? AsyncResource.bind(failForAbort) : failForAbort;
      // The first listener, so that an abort comes before the response.
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

  /** Leaves once `body` has ended: a stream outlives its call, and an abort still destroys it. */
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
