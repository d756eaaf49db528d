import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Clock, type ScheduledCall } from './clock.js';
import { LONGEST_DELAY } from './longest-delay.js';
import { nodeTimers } from './node-timers.js';

class SystemTimer implements ScheduledCall {
  constructor(private readonly timeout: NodeJS.Timeout) {}

  cancel(): void {
    nodeTimers.clearTimeout(this.timeout);
  }

  unref(): void {
    this.timeout.unref();
  }
}

/** The machine's own time. */
@Injectable()
export class SystemClock extends Clock {
  /** The last monotonic reading, whoever asked: a wall clock that stands still must not hide the time for long. */
  #kept = NaN;
  /** The wall reading that {@link monotonicAt} was last asked with. */
  #tick = NaN;

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    this.#kept = performance.now();
    return this.#kept;
  }

  /** Each reading costs as much as an awaited call, and a tick of the wall clock is one millisecond. */
  override monotonicAt(wall: number): number {
    if (wall === this.#tick) return this.#kept;
    this.#tick = wall;
    return this.monotonic();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return new SystemTimer(nodeTimers.setTimeout(callback, Math.min(delay, LONGEST_DELAY)));
  }
}
