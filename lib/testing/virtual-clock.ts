import { Clock, type ScheduledCall, SystemClock } from '../clock/clock.js';

/** How a {@link VirtualClock} starts. */
export interface VirtualClockOptions {
  /** Moves by `advance` alone; default: moves with real time as well. */
  readonly frozen?: boolean;
  /** The wall clock at the start, in milliseconds since the epoch; default: the real one. */
  readonly now?: number;
}

/** Milliseconds that adding and subtracting fractions may be off, which must not make a call late. */
const ROUNDING = 1e-6;

/**
 * Time that a test moves. It passes as real time does, and `advance` adds to it; a frozen clock moves by `advance`
 * alone. Scheduled calls follow the monotonic time, as timers do, so moving the wall clock alone fires none.
 *
 * ```ts
 * const clock = new VirtualClock({ frozen: true, now: Date.UTC(2025, 0, 1) });
 * const sandbox = await CryptofuseSandbox.start({ clock });
 * clock.advance(3_600_000);
 * ```
 */
export class VirtualClock extends Clock {
  override readonly isVirtual: boolean = true;
  readonly #source: Clock;
  readonly #calls = new Set<VirtualCall>();
  #wallOffset: number;
  #monotonicOffset = 0;

  constructor(options: VirtualClockOptions = {}) {
    super();
    this.#source = options.frozen === true ? new StillTime(Date.now()) : new SystemClock();
    this.#wallOffset = options.now === undefined ? 0 : options.now - this.#source.now();
  }

  /** Returns the wall clock, in milliseconds since the epoch. */
  now(): number {
    return this.#source.now() + this.#wallOffset;
  }

  /** Returns the milliseconds since an arbitrary start, which the wall clock does not change. */
  monotonic(): number {
    return this.#source.monotonic() + this.#monotonicOffset;
  }

  /** How many scheduled calls are still to come: on a frozen clock, whether something waits for `advance`. */
  get scheduled(): number {
    return this.#calls.size;
  }

  /** Calls `callback` once, `delay` milliseconds from now; on a frozen clock within `advance`, even if `delay` is 0. */
  schedule(callback: () => void, delay: number): ScheduledCall {
    const call = new VirtualCall(this.monotonic() + Math.max(0, delay), callback, this.#calls);
    this.#arm(call);
    return call;
  }

  /**
   * Moves wall and monotonic time on by `ms` milliseconds, and makes the calls that are due on the way: in order of
   * their due time, each at its own due time, those included that are scheduled meanwhile.
   *
   * @throws {RangeError} if `ms` is negative or not a number
   */
  advance(ms: number): void {
    if (!(ms >= 0)) {
      throw new RangeError('Time moves forward only; `setWall` and `jumpWall` set the wall clock.');
    }
    let rest = ms;
    for (let call = this.#nextWithin(rest); call !== undefined; call = this.#nextWithin(rest)) {
      const step = Math.max(0, call.due - this.monotonic());
      this.#pass(step);
      rest = Math.max(0, rest - step);
      call.make();
    }
    this.#pass(rest);
    for (const call of this.#calls) this.#arm(call);
  }

  /** Sets the wall clock alone, in milliseconds since the epoch, back or forward. */
  setWall(ms: number): void {
    this.#wallOffset = ms - this.#source.now();
  }

  /** Moves the wall clock alone by `ms` milliseconds, back if negative. A machine that slept shows a jump forward. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  #pass(ms: number): void {
    this.#wallOffset += ms;
    this.#monotonicOffset += ms;
  }

  #nextWithin(ms: number): VirtualCall | undefined {
    const horizon = this.monotonic() + ms + ROUNDING;
    let earliest: VirtualCall | undefined;
    for (const call of this.#calls) {
      if (call.due <= horizon && (earliest === undefined || call.due < earliest.due)) {
        earliest = call;
      }
    }
    return earliest;
  }

  #arm(call: VirtualCall): void {
    const timer = this.#source.schedule(() => {
      this.#fire(call);
    }, call.due - this.monotonic());
    call.armWith(timer);
  }

  /** A timer may be early: it has a longest delay, and it rounds. */
  #fire(call: VirtualCall): void {
    if (call.due - this.monotonic() > 1) {
      this.#arm(call);
      return;
    }
    call.make();
  }
}

/** A call to come, and the real timer that makes it unless the clock is advanced before. */
class VirtualCall implements ScheduledCall {
  readonly due: number;
  #timer: ScheduledCall | undefined;
  #isUnreferenced = false;

  constructor(
    due: number,
    private readonly callback: () => void,
    private readonly waiting: Set<VirtualCall>,
  ) {
    this.due = due;
    waiting.add(this);
  }

  armWith(timer: ScheduledCall): void {
    this.#timer?.cancel();
    this.#timer = timer;
    if (this.#isUnreferenced) timer.unref();
  }

  make(): void {
    this.cancel();
    this.callback();
  }

  cancel(): void {
    this.waiting.delete(this);
    this.#timer?.cancel();
  }

  unref(): void {
    this.#isUnreferenced = true;
    this.#timer?.unref();
  }
}

/** A source of time that stands still, and so has no timers. */
class StillTime extends Clock {
  constructor(private readonly start: number) {
    super();
  }

  now(): number {
    return this.start;
  }

  monotonic(): number {
    return 0;
  }

  schedule(): ScheduledCall {
    return { cancel: doNothing, unref: doNothing };
  }
}

function doNothing(): void {
  // A still clock has no timer to cancel or to unref.
}
