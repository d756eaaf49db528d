import { CLOCK_ROUNDING } from '../clock/clock-rounding.js';

const WINDOW = 60_000;

/**
 * The token requests that may be sent to one origin: its limit counts an address, so all clients of a
 * process share them. Times are those of a monotonic clock, in milliseconds.
 */
export class RequestBudget {
  /** When each request of the last minute was sent, oldest first. */
  #sent: number[] = [];
  #closure = { since: -Infinity, until: -Infinity };

  /**
   * Returns the milliseconds until a request may be sent.
   *
   * @param allowance requests a minute
   */
  wait(allowance: number, now: number): number {
    this.#forget(now);
    const oldestInTheWay = this.#sent.at(-allowance);
    const opens = oldestInTheWay === undefined ? now : oldestInTheWay + WINDOW;
    const wait = Math.max(opens, this.#closure.until) - now;
    return wait > CLOCK_ROUNDING ? wait : 0;
  }

  /** Returns how many of `allowance` requests are left in this minute. */
  left(allowance: number, now: number): number {
    this.#forget(now);
    return Math.max(0, allowance - this.#sent.length);
  }

  /** Whether the server has said to send none now. */
  isClosed(now: number): boolean {
    this.#forget(now);
    return this.#closure.until - now > CLOCK_ROUNDING;
  }

  /** Counts a request that is sent now. */
  spend(now: number): void {
    this.#sent.push(now);
  }

  /** Lets no request through for `duration` milliseconds: the server said so. */
  close(duration: number, now: number): void {
    this.#forget(now);
    this.#closure = { since: now, until: Math.max(this.#closure.until, now + duration) };
  }

  /** What a clock that is ahead of this one has left here is forgotten as well: its times mean nothing now. */
  #forget(now: number): void {
    if (this.#closure.since > now) this.#closure = { since: -Infinity, until: -Infinity };
    this.#sent = this.#sent.filter((sent) => sent <= now && now - sent < WINDOW);
  }
}
