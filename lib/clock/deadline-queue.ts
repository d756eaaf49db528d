import { inBackground, type ScheduledCall } from './clock.js';
import type { DeadlineTimers } from './deadline-timers.js';

/** Node's timers may fire early by their rounding: members with less than this many milliseconds left end as well. */
const EARLY = 1;
/** A timer that is overdue by more than this many milliseconds is lost and will not fire. */
const LOST = 1_000;

/** A member of a {@link DeadlineQueue}. */
export interface Timed<Self extends Timed<Self>> {
  /** By the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Its queue, and its neighbours there; `undefined` if it has none. */
  queue: DeadlineQueue<Self> | undefined;
  earlier: Self | undefined;
  later: Self | undefined;
}

/** Members with the same timeout, which end in the order in which they began, so that one timer for the first is enough. */
export class DeadlineQueue<Member extends Timed<Member>> {
  #first: Member | undefined;
  #last: Member | undefined;
  #timer: ScheduledCall | undefined;
  /** When the timer fires, by the monotonic clock. */
  #due = Infinity;
  #delay = 0;

  constructor(
    private readonly timers: DeadlineTimers,
    /** The timeout of the members, in milliseconds. */
    private readonly span: number,
    /** Called with a member whose time is over; removes it or renews its deadline. */
    private readonly end: (member: Member) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(member: Member): void {
    member.queue = this;
    member.earlier = this.#last;
    if (this.#last !== undefined) this.#last.later = member;
    this.#last = member;
    this.#first ??= member;
    const now = member.deadline - this.span;
    if (now - this.#due > LOST) this.#disarm();
    this.#arm(now);
  }

  /** Removes a member of this queue. */
  remove(member: Member): void {
    const { earlier, later } = member;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    member.queue = undefined;
    member.earlier = undefined;
    member.later = undefined;
    if (this.#first === undefined) this.#disarm();
  }

  #arm(now: number): void {
    if (this.#timer !== undefined || this.#first === undefined) return;
    this.#due = this.#first.deadline;
    this.#delay = this.#due - now;
    // The timer belongs to no call, and may outlive the member that is added now.
    inBackground(this.#schedule);
  }

  readonly #schedule = (): void => {
    this.#timer = this.timers.clock.schedule(this.#endDue, this.#delay);
  };

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#due = Infinity;
  }

  #endUntil(moment: number): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      if (first.deadline >= moment) return;
      this.end(first);
    }
  }

  readonly #endDue = (): void => {
    if (this.#first === undefined || !this.timers.isLate(this.#first.deadline)) {
      this.#endAllDue();
      return;
    }
    this.#due = this.timers.clock.monotonic();
    this.#timer = this.timers.whenRead(this.#endAllDue);
  };

  readonly #endAllDue = (): void => {
    this.#timer = undefined;
    this.#due = Infinity;
    try {
      this.#endUntil(this.timers.clock.monotonic() + EARLY);
    } finally {
      // If ending one member throws, the others still end.
      this.#arm(this.timers.clock.monotonic());
    }
  };
}
