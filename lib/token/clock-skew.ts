import type { Clock } from '../clock/clock.js';
import type { EventLog, EventSubject } from '../diagnostics/event-log.js';
import { refusedTokenHint } from '../exceptions/hints.js';
import { readHttpDate } from '../transport/http-date.js';
import type { ReadingTime } from '../transport/rate-limit-headers.js';

/** A smaller skew is harmless, in milliseconds. */
const NOTABLE = 10_000;
/** `Date` has a resolution of one second, so on average half a second is cut off. */
const HALF_SECOND = 500;

/**
 * Returns by how many milliseconds the server's clock is ahead of this machine's; `undefined` if
 * `date`, a `Date` header (RFC 9110 §6.6.1), cannot be read. A skew within the measurement's uncertainty counts as 0.
 *
 * @param sentAt wall-clock time when the request was sent
 * @param receivedAt wall-clock time when the response was received
 */
export function measureSkew(date: unknown, sentAt: number, receivedAt: number): number | undefined {
  const stated = typeof date === 'string' ? readHttpDate(date.trim(), receivedAt) : undefined;
  if (stated === undefined) return undefined;
  const skew = Math.round(stated + HALF_SECOND - (sentAt + receivedAt) / 2);
  const uncertainty = HALF_SECOND + (receivedAt - sentAt) / 2;
  return Math.abs(skew) <= uncertainty ? 0 : skew;
}

/** Tracks the difference between this machine's clock and the server's. */
export class ClockSkew {
  #skew: number | undefined;
  #isReported = false;

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds the server's clock is ahead; `undefined` until known. */
  get value(): number | undefined {
    return this.#skew;
  }

  /** Whether the skew is large enough to make tokens expire early. */
  get isNotable(): boolean {
    return this.#skew !== undefined && Math.abs(this.#skew) >= NOTABLE;
  }

  /** Returns the current time and skew, for reading server times in a response. */
  readingTime(): ReadingTime {
    return { now: this.clock.now(), skew: this.#skew ?? 0 };
  }

  /** The hint for a token that is refused although it should still be valid. */
  get refusedTokenHint(): string {
    return refusedTokenHint(this.isNotable ? this.#skew : undefined);
  }

  /** Updates the skew from a response's `Date`. A notable skew is reported once. */
  observe(date: unknown, sentAt: number, receivedAt: number, subject: EventSubject): void {
    this.#skew = measureSkew(date, sentAt, receivedAt) ?? this.#skew;
    if (!this.isNotable || this.#isReported) return;
    this.#isReported = true;
    this.log.report({ kind: 'clock-skew', skew: this.#skew ?? 0 }, subject);
  }
}
