import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Clock, type ScheduledCall } from './clock.js';
import { LONGEST_DELAY } from './longest-delay.js';

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
@Injectable()
export class SystemClock extends Clock {
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
