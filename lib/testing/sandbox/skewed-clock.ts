import { Clock, type ScheduledCall } from '../../clock/clock.js';

/** The clock of a machine that does not keep the time of `clock`, but passes with it. @internal */
export class SkewedClock extends Clock {
  readonly #clock: Clock;
  readonly #skew: number;

  /** @param skew milliseconds that its wall clock is ahead */
  constructor(clock: Clock, skew: number) {
    super();
    this.#clock = clock;
    this.#skew = skew;
  }

  now(): number {
    return this.#clock.now() + this.#skew;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return this.#clock.schedule(callback, delay);
  }
}
