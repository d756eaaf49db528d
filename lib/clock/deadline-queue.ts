import type { Clock, ScheduledCall } from './clock.js';

/** Node's timers may be early by their rounding: who has less than this many milliseconds left is ended as well. */
const EARLY = 1;

/** What a {@link DeadlineQueue} holds. */
export interface Timed<Self extends Timed<Self>> {
  /** By the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Where it is, and its neighbours there; `undefined` where it has none. */
  queue: DeadlineQueue<Self> | undefined;
  earlier: Self | undefined;
  later: Self | undefined;
}

/** Members that have the same time, and so end in the order in which they began: one timer, for the first, is enough. */
export class DeadlineQueue<Member extends Timed<Member>> {
  #first: Member | undefined;
  #last: Member | undefined;
  #timer: ScheduledCall | undefined;

  constructor(
    private readonly clock: Clock,
    /** Called with a member whose time is over; takes it out. */
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
    this.#arm();
  }

  /** Takes out a member that is in. */
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

  #arm(): void {
    if (this.#timer !== undefined || this.#first === undefined) return;
    const left = this.#first.deadline - this.clock.monotonic();
    this.#timer = this.clock.schedule(this.#endDue, left);
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #endUntil(moment: number): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      if (first.deadline >= moment) return;
      this.end(first);
    }
  }

  readonly #endDue = (): void => {
    this.#timer = undefined;
    try {
      this.#endUntil(this.clock.monotonic() + EARLY);
    } finally {
      // Whatever the end of one throws, the others have theirs.
      this.#arm();
    }
  };
}
