import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { Injectable } from '@nestjs/common';

/** Milliseconds by which sums of clock readings may be off: a wait below it is none. */
export const CLOCK_ROUNDING = 0.001;

/** Milliseconds beyond which Node fires a timer at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Node's own timers, whatever a test puts in their place: fake ones swallow what was armed while they were in, and a call
 * would wait for ever.
 */
export const nodeTimers = { clearTimeout, setImmediate, setTimeout };

/** Of the async context in which the package was loaded. */
const LOADED_IN = new AsyncResource('CryptofuseBackground');

/**
 * Runs what belongs to no call in the async context in which the package was loaded. In that of the call that happened to
 * cause it, it would be reported as part of that call, and keep what that call's context holds.
 */
export function inBackground<T>(run: () => T): T {
  return LOADED_IN.runInAsyncScope(run);
}

/** Returns `duration` in whole milliseconds, rounded up: whoever waits so long has waited long enough. */
export function wholeMilliseconds(duration: number | undefined): number | undefined {
  return duration === undefined ? undefined : Math.max(0, Math.ceil(duration - CLOCK_ROUNDING));
}

/** A call that {@link Clock.schedule} will make. */
export interface ScheduledCall {
  /** Takes the call back; harmless once it was made. */
  cancel(): void;
  /** Lets the process end although the call is still to come. */
  unref(): void;
}

/** A moment by both clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
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
  /** Returns now by both clocks. */
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
