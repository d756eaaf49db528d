import { Clock, type ScheduledCall } from '../clock/clock.js';
import { SystemClock } from '../clock/system-clock.js';

/** How a {@link VirtualClock} starts. */
export interface VirtualClockOptions {
  /** Stands still but for `advance`; default: moves with real time. */
  readonly frozen?: boolean;
  /** The wall clock at the start, in milliseconds since the epoch; default: the real one. */
  readonly now?: number;
}

/** The rounding of adding and taking away fractions of a millisecond, which must not make a call late. */
const ROUNDING = 1e-6;

/**
 * Time that a test moves. It passes as real time does, and `advance` adds to it; a frozen clock has nothing but
 * `advance`. Scheduled calls follow the monotonic time, as timers do, so moving the wall clock alone fires none.
 */
export class VirtualClock extends Clock {
  override readonly isVirtual: boolean = true;
  private readonly source: Clock;
  private readonly calls = new Set<VirtualCall>();
  private wallOffset: number;
  private monotonicOffset = 0;

  constructor(options: VirtualClockOptions = {}) {
    super();
    this.source = options.frozen === true ? new StillTime(Date.now()) : new SystemClock();
    this.wallOffset = options.now === undefined ? 0 : options.now - this.source.now();
  }

  now(): number {
    return this.source.now() + this.wallOffset;
  }

  monotonic(): number {
    return this.source.monotonic() + this.monotonicOffset;
  }

  /** How many calls are still to come: with a frozen clock, what tells that there is something to advance to. */
  get scheduled(): number {
    return this.calls.size;
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    const call = new VirtualCall(this.monotonic() + Math.max(0, delay), callback, this.calls);
    this.arm(call);
    return call;
  }

  /**
   * Moves wall and monotonic time on by `ms`, and makes the calls that are due on the way: in order of their due
   * time, each at its own due time, those included that are scheduled meanwhile.
   *
   * @throws {RangeError} where `ms` is negative or no number
   */
  advance(ms: number): void {
    if (!(ms >= 0)) {
      throw new RangeError('Time moves forward only; `setWall` and `jumpWall` set the wall clock.');
    }
    let rest = ms;
    for (let call = this.dueWithin(rest); call !== undefined; call = this.dueWithin(rest)) {
      const step = Math.max(0, call.due - this.monotonic());
      this.pass(step);
      rest = Math.max(0, rest - step);
      call.make();
    }
    this.pass(rest);
    for (const call of this.calls) {
      this.arm(call);
    }
  }

  /** Sets the wall clock alone, in milliseconds since the epoch, back or forward. */
  setWall(ms: number): void {
    this.wallOffset = ms - this.source.now();
  }

  /** Moves the wall clock alone by `ms`, back where negative. A machine that slept shows a jump forward. */
  jumpWall(ms: number): void {
    this.wallOffset += ms;
  }

  private pass(ms: number): void {
    this.wallOffset += ms;
    this.monotonicOffset += ms;
  }

  private dueWithin(ms: number): VirtualCall | undefined {
    const horizon = this.monotonic() + ms + ROUNDING;
    let earliest: VirtualCall | undefined;
    for (const call of this.calls) {
      if (call.due <= horizon && (earliest === undefined || call.due < earliest.due)) {
        earliest = call;
      }
    }
    return earliest;
  }

  private arm(call: VirtualCall): void {
    const timer = this.source.schedule(() => {
      this.fire(call);
    }, call.due - this.monotonic());
    call.armWith(timer);
  }

  /** A timer may be early: it has a longest delay, and it rounds. */
  private fire(call: VirtualCall): void {
    if (call.due - this.monotonic() > 1) {
      this.arm(call);
      return;
    }
    call.make();
  }
}

/** A call that waits, together with the real timer that makes it if nobody advances the clock before. */
class VirtualCall implements ScheduledCall {
  private timer: ScheduledCall | undefined;
  private unreferenced = false;

  constructor(
    readonly due: number,
    private readonly callback: () => void,
    private readonly waiting: Set<VirtualCall>,
  ) {
    waiting.add(this);
  }

  armWith(timer: ScheduledCall): void {
    this.timer?.cancel();
    this.timer = timer;
    if (this.unreferenced) {
      timer.unref();
    }
  }

  make(): void {
    this.cancel();
    this.callback();
  }

  cancel(): void {
    this.waiting.delete(this);
    this.timer?.cancel();
  }

  unref(): void {
    this.unreferenced = true;
    this.timer?.unref();
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
    return { cancel: nothing, unref: nothing };
  }
}

function nothing(): void {
  // A still clock has no timer to cancel or to let go.
}
