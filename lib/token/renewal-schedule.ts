import { type Clock, inBackground, type ScheduledCall } from '../clock/clock.js';

/** A renewal for a {@link RenewalSchedule}. */
export interface PlannedRenewal {
  /** When it is due, by the monotonic clock in milliseconds. */
  readonly at: number;
  /** Its index in the schedule's heap; -1 if it is not scheduled. */
  place: number;
  /** Called when it is due, after it was removed from the schedule. */
  run(): void;
}

/** The shortest timer: one may fire slightly early, and the next one must not fire at once. */
const SOONEST = 1;

/** The planned renewals of all accounts: a binary heap with one timer, which does not keep the process alive. */
export class RenewalSchedule {
  readonly #heap: PlannedRenewal[] = [];
  #timer: ScheduledCall | undefined;
  /** The time the timer is set for. A timer can get lost, so an overdue renewal sets a new one. */
  #armedFor = Infinity;

  constructor(private readonly clock: Clock) {}

  add(renewal: PlannedRenewal): void {
    renewal.place = this.#heap.length;
    this.#heap.push(renewal);
    this.#rise(renewal);
    this.#arm();
  }

  /** Removes `renewal`; does nothing if it is not scheduled. */
  remove(renewal: PlannedRenewal): void {
    const { place } = renewal;
    if (place < 0) return;
    renewal.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === renewal) {
      this.#arm();
      return;
    }
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#heap;
    const now = this.clock.monotonic();
    if (first?.at === this.#armedFor && this.#armedFor >= now) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = first?.at ?? Infinity;
    if (first === undefined) return;
    this.#timer = inBackground(() =>
      this.clock.schedule(this.#runDue, Math.max(SOONEST, Math.ceil(first.at - now))),
    );
    this.#timer.unref();
  }

  readonly #runDue = (): void => {
    this.#armedFor = Infinity;
    for (let [first] = this.#heap; first !== undefined; [first] = this.#heap) {
      if (first.at > this.clock.monotonic()) break;
      this.remove(first);
      first.run();
    }
    this.#arm();
  };

  #put(renewal: PlannedRenewal, place: number): void {
    this.#heap[place] = renewal;
    renewal.place = place;
  }

  #rise(renewal: PlannedRenewal): void {
    let { place } = renewal;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1];
      if (parent === undefined || parent.at <= renewal.at) break;
      const up = parent.place;
      this.#put(parent, place);
      place = up;
    }
    this.#put(renewal, place);
  }

  #sink(renewal: PlannedRenewal): void {
    let { place } = renewal;
    for (;;) {
      const child = this.#earlierOf(2 * place + 1, 2 * place + 2);
      if (child === undefined || child.at >= renewal.at) break;
      const down = child.place;
      this.#put(child, place);
      place = down;
    }
    this.#put(renewal, place);
  }

  #earlierOf(left: number, right: number): PlannedRenewal | undefined {
    const [one, other] = [this.#heap[left], this.#heap[right]];
    return one === undefined || other === undefined || one.at <= other.at ? one : other;
  }
}
