import type { Clock } from '../clock/clock.js';
import type { EventLog, EventSubject } from '../diagnostics/event-log.js';
import { refusedTokenHint } from '../exceptions/hints.js';
import { readHttpDate } from '../transport/http-date.js';
import type { ReadingTime } from '../transport/rate-limit-headers.js';

/** A skew below this is harmless, in milliseconds. */
const NOTABLE = 10_000;
/** `Date` has whole seconds: on average half of one is cut off. */
const HALF_SECOND = 500;

/**
 * Returns by how many milliseconds the server's clock is ahead of this machine's; `undefined` if
 * `date`, a `Date` header (RFC 9110 §6.6.1), cannot be read. Within a second it counts as none.
 *
 * @param sentAt wall-clock time when the request was sent
 * @param receivedAt wall-clock time when the response was there
 */
export function measureSkew(date: unknown, sentAt: number, receivedAt: number): number | undefined {
  const stated = typeof date === 'string' ? readHttpDate(date.trim(), receivedAt) : undefined;
  if (stated === undefined) return undefined;
  const skew = Math.round(stated + HALF_SECOND - (sentAt + receivedAt) / 2);
  const uncertainty = HALF_SECOND + (receivedAt - sentAt) / 2;
  return Math.abs(skew) <= uncertainty ? 0 : skew;
}

/** By how much this machine's clock and the server's differ. */
export class ClockSkew {
  #skew: number | undefined;
  #isReported = false;

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds the server is ahead; `undefined` as long as it is not known. */
  get value(): number | undefined {
    return this.#skew;
  }

  /** Whether it is large enough to make tokens expire early. */
  get isNotable(): boolean {
    return this.#skew !== undefined && Math.abs(this.#skew) >= NOTABLE;
  }

  /** Returns now, for moments of the server that a response states. */
  readingTime(): ReadingTime {
    return { now: this.clock.now(), skew: this.#skew ?? 0 };
  }

  /** What to do about a token that is refused although it should still live. */
  get refusedTokenHint(): string {
    return refusedTokenHint(this.isNotable ? this.#skew : undefined);
  }

  /** Takes note of a response's `Date`. A notable skew is reported once. */
  observe(date: unknown, sentAt: number, receivedAt: number, subject: EventSubject): void {
    this.#skew = measureSkew(date, sentAt, receivedAt) ?? this.#skew;
    if (!this.isNotable || this.#isReported) return;
    this.#isReported = true;
    this.log.report({ kind: 'clock-skew', skew: this.#skew ?? 0 }, subject);
  }
}
