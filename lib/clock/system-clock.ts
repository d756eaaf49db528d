import { performance } from 'node:perf_hooks';
import type { Clock, ScheduledCall } from './clock.js';

/** Node fires a timer beyond this at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

class SystemTimer implements ScheduledCall {
  constructor(private readonly timeout: NodeJS.Timeout) {}

  cancel(): void {
    clearTimeout(this.timeout);
  }

  unref(): void {
    this.timeout.unref();
  }
}

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return new SystemTimer(setTimeout(callback, Math.min(delay, LONGEST_DELAY)));
  }
}
