import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { Injectable } from '@nestjs/common';

/** Milliseconds by which sums of clock readings may be off; a shorter wait counts as none. */
export const CLOCK_ROUNDING = 0.001;

/** Milliseconds beyond which Node fires a timer at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Node's real timers, even if a test installs fake ones: those lose the timers that were set while they were installed,
 * and a call would wait for ever.
 */
export const nodeTimers = { clearTimeout, setImmediate, setTimeout };

/** Keeps the async context in which the package was loaded. */
const LOADED_IN = new AsyncResource('CryptofuseBackground');

/**
 * Runs work that belongs to no call in the async context in which the package was loaded. In the context of the call that
 * triggered it, it would be traced as part of that call and would keep that context alive.
 */
export function inBackground<T>(run: () => T): T {
  return LOADED_IN.runInAsyncScope(run);
}

/** Returns `duration` in whole milliseconds, rounded up so that waiting that long is long enough. */
export function wholeMilliseconds(duration: number | undefined): number | undefined {
  return duration === undefined ? undefined : Math.max(0, Math.ceil(duration - CLOCK_ROUNDING));
}

/** A call that {@link Clock.schedule} will make. */
export interface ScheduledCall {
  /** Cancels the call; does nothing once it was made. */
  cancel(): void;
  /** Lets the process exit while the call is pending. */
  unref(): void;
}

/** A moment by both clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The source of time for the whole package, so that a test can move it. */
export abstract class Clock {
  /** Whether a test moves its time, so that its timers are never late. */
  readonly isVirtual: boolean = false;
  /** The wall clock in milliseconds since the epoch. It may jump. */
  abstract now(): number;
  /** Milliseconds since an arbitrary start. Never jumps, but stands still while a machine sleeps. */
  abstract monotonic(): number;
  /**
   * Returns the monotonic reading for a wall reading that {@link now} has just returned, for code that needs both at
   * every call. It may be as old as the last tick of the wall clock.
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only a clock that keeps a reading compares it
  monotonicAt(_wall: number): number {
    return this.monotonic();
  }
  /** Returns the current time by both clocks. */
  moment(): Moment {
    return { wall: this.now(), monotonic: this.monotonic() };
  }
  /** Calls `callback` once, `delay` milliseconds from now. */
  abstract schedule(callback: () => void, delay: number): ScheduledCall;
}

class SystemTimer implements ScheduledCall {
  constructor(private readonly timeout: NodeJS.Timeout) {}

  cancel(): void {
    nodeTimers.clearTimeout(this.timeout);
  }

  unref(): void {
    this.timeout.unref();
  }
}

/** The system's clock. */
@Injectable()
export class SystemClock extends Clock {
  /** The last monotonic reading of any method, so that a wall clock that stands still does not hide the time for long. */
  #kept = NaN;
  /** The wall reading that was last passed to {@link monotonicAt}. */
  #tick = NaN;

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    this.#kept = performance.now();
    return this.#kept;
  }

  /** Reads once per tick (1 ms) of the wall clock: a reading costs as much as an awaited call. */
  override monotonicAt(wall: number): number {
    if (wall === this.#tick) return this.#kept;
    this.#tick = wall;
    return this.monotonic();
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    return new SystemTimer(nodeTimers.setTimeout(callback, Math.min(delay, LONGEST_DELAY)));
  }
}
