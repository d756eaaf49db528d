import { Injectable } from '@nestjs/common';
import { DeadlineQueue } from '../clock/deadline-queue.js';
import { DeadlineTimers } from '../clock/deadline-timers.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { FailureMemory } from '../token/failure-memory.js';
import type { Attempt } from './attempt.js';
import { tooSlow } from './too-slow.js';

/** Ends attempts whose time is over. A timer for each would be a good part of what a call costs. */
@Injectable()
export class Deadlines {
  /** By timeout, in milliseconds: few differ. */
  readonly #queues = new Map<number, DeadlineQueue<Attempt>>();

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly timers: DeadlineTimers,
    private readonly failures: FailureMemory,
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
    if (queue.isEmpty && call.timeout !== this.config.timeout) this.#queues.delete(call.timeout);
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
    const { clientId, proxy } = this.config;
    this.remove(attempt);
    const { timeout } = call;
    const delay = { awaited, timeout, outcome, clientId, hasProxy: proxy !== undefined };
    attempt.abort(tooSlow({ ...delay, cause: this.failures.latest }));
  };
}
