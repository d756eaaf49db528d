/** A call that {@link Clock.schedule} will make. */
export interface ScheduledCall {
  /** Takes the call back; harmless once it was made. */
  cancel(): void;
  /** Lets the process end although the call is still to come. */
  unref(): void;
}

/** Where every part of the package reads time, so that a test can move it. */
export abstract class Clock {
  /** Whether somebody moves its time: what that makes due is never late. */
  readonly isVirtual: boolean = false;
  /** The wall clock in milliseconds since the epoch. It may jump. */
  abstract now(): number;
  /** Milliseconds since an arbitrary start. Never jumps, but stands still while a machine sleeps. */
  abstract monotonic(): number;
  /**
   * Returns the monotonic reading that goes with a wall reading, which {@link now} has just returned: for
   * code that asks both clocks at every call. It may be as old as the last tick of the wall clock.
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only a clock that keeps a reading compares it
  monotonicAt(_wall: number): number {
    return this.monotonic();
  }
  /** Calls `callback` once, `delay` milliseconds from now. */
  abstract schedule(callback: () => void, delay: number): ScheduledCall;
}
