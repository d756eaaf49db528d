import type { Clock, ScheduledCall } from './clock.js';

/** A deadline that comes more than so many milliseconds late does so because the process was blocked or frozen. */
const LATE = 50;
/** How often it is then asked whether anything was read, in milliseconds. Each time the sockets have been looked at. */
const LOOK_EVERY = 10;
/** Nothing was read in so many looks: there is nothing left to read. The rest of a response may be a round trip away. */
const QUIET_LOOKS = 10;
/** Milliseconds that a late deadline waits, whatever is still being read. */
const LONGEST_WAIT = 250;
/** A process that is blocked time and again has had time to read after so many looks, however long they took. */
const FEWEST_LOOKS = 3;

/** What is read by the process. */
export interface Reading {
  /** Returns what tells, each time it is called, whether anything was read since the last time, or is being decoded. */
  watch(): () => boolean;
}

/**
 * Timers of deadlines. After a process was blocked or frozen they fire before its sockets are read: a deadline that is late
 * waits until what has arrived meanwhile was read.
 */
export class DeadlineTimers {
  constructor(
    readonly clock: Clock,
    private readonly reading: Reading,
  ) {}

  /** Calls `expire` once, `delay` milliseconds from now, or when {@link whenRead} does if that comes late. */
  schedule(expire: () => void, delay: number): ScheduledCall {
    const due = this.clock.monotonic() + delay;
    const timer = new MovedTimer();
    timer.current = this.clock.schedule(() => {
      if (this.isLate(due)) timer.current = this.whenRead(expire);
      else expire();
    }, delay);
    return timer;
  }

  /** Whether a deadline at `due`, by the monotonic clock, comes late. What a virtual clock makes due never does. */
  isLate(due: number): boolean {
    return !this.clock.isVirtual && this.clock.monotonic() - due > LATE;
  }

  /** Calls `expire` once what has arrived was read, or is still being read after 250 milliseconds. */
  whenRead(expire: () => void): ScheduledCall {
    const until = this.clock.monotonic() + LONGEST_WAIT;
    const hasRead = this.reading.watch();
    const timer = new MovedTimer();
    let quiet = 0;
    let looks = 0;
    const look = (): void => {
      looks += 1;
      quiet = hasRead() ? 0 : quiet + 1;
      const isOver = looks >= FEWEST_LOOKS && this.clock.monotonic() >= until;
      if (quiet === QUIET_LOOKS || isOver) expire();
      else timer.current = this.clock.schedule(look, LOOK_EVERY);
    };
    timer.current = this.clock.schedule(look, LOOK_EVERY);
    return timer;
  }
}

/** One scheduled call in the place of another. */
class MovedTimer implements ScheduledCall {
  #current: ScheduledCall | undefined;
  #isCancelled = false;
  #isUnreferenced = false;

  set current(call: ScheduledCall) {
    this.#current = call;
    if (this.#isCancelled) call.cancel();
    if (this.#isUnreferenced) call.unref();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#current?.cancel();
  }

  unref(): void {
    this.#isUnreferenced = true;
    this.#current?.unref();
  }
}
