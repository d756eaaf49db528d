import { Clock, type ScheduledCall } from '../../clock/clock.js';

/** The clock of a machine that does not keep the time of `clock`, but passes with it. */
export class SkewedClock extends Clock {
  constructor(
    private readonly clock: Clock,
    /** Milliseconds that its wall clock is ahead. */
    private readonly skew: number,
  ) {
    super();
  }

  now(): number {
    return this.clock.now() + this.skew;
  }

  monotonic(): number {
    return this.clock.monotonic();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return this.clock.schedule(callback, delay);
  }
}
