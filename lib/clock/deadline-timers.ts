import type { Clock, ScheduledCall } from './clock.js';

/** If a deadline comes more than this many milliseconds late, the process was blocked or frozen. */
const LATE = 50;
/** Milliseconds between two checks whether anything was read. The sockets are polled before each. */
const LOOK_EVERY = 10;
/** If this many checks find nothing read, nothing is left to read. The rest of a response may be a round trip away. */
const QUIET_LOOKS = 10;
/** Milliseconds that a late deadline waits at most while data is being read. */
const LONGEST_WAIT = 250;
/** Checks that are made however long they take, so that a process that is blocked again and again has time to read. */
const FEWEST_LOOKS = 3;

/** Observes what the process reads. */
export interface Reading {
  /** Returns a function that returns whether anything was read since its last call, or is being decoded. */
  watch(): () => boolean;
}

/**
 * Timers for deadlines. After a process was blocked or frozen, timers fire before its sockets are read, so a late
 * deadline waits until the data that has arrived meanwhile is read.
 */
export class DeadlineTimers {
  constructor(
    readonly clock: Clock,
    private readonly reading: Reading,
  ) {}

  /** Calls `expire` once, `delay` milliseconds from now, or as {@link whenRead} does if that comes late. */
  schedule(expire: () => void, delay: number): ScheduledCall {
    const due = this.clock.monotonic() + delay;
    const timer = new MovedTimer();
    timer.current = this.clock.schedule(() => {
      if (this.isLate(due)) timer.current = this.whenRead(expire);
      else expire();
    }, delay);
    return timer;
  }

  /** Returns whether a deadline at `due`, by the monotonic clock, comes late. With a virtual clock none does. */
  isLate(due: number): boolean {
    return !this.clock.isVirtual && this.clock.monotonic() - due > LATE;
  }

  /** Calls `expire` once the data that has arrived is read, or after 250 milliseconds if it is still being read. */
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

/** A scheduled call that can be replaced by another. */
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
