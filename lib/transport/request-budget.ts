const WINDOW = 60_000;

/**
 * The token requests that may be sent to one origin: its limit counts an address, so all clients of a
 * process share them. Times are those of a monotonic clock, in milliseconds.
 */
export class RequestBudget {
  /** When each request of the last minute was sent, oldest first. */
  #sent: number[] = [];
  #closedUntil = -Infinity;

  /**
   * Returns the milliseconds until a request may be sent.
   *
   * @param allowance requests a minute
   */
  wait(allowance: number, now: number): number {
    this.#forget(now);
    const oldestInTheWay = this.#sent.at(-allowance);
    const opens = oldestInTheWay === undefined ? now : oldestInTheWay + WINDOW;
    return Math.max(0, opens - now, this.#closedUntil - now);
  }

  /** Returns how many of `allowance` requests are left in this minute. */
  left(allowance: number, now: number): number {
    this.#forget(now);
    return Math.max(0, allowance - this.#sent.length);
  }

  /** Counts a request that is sent now. */
  spend(now: number): void {
    this.#sent.push(now);
  }

  /** Lets no request through for `duration` milliseconds: the server said so. */
  close(duration: number, now: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, now + duration);
  }

  /** Requests of a clock that is ahead of this one are forgotten as well: no wait is longer than the window. */
  #forget(now: number): void {
    this.#sent = this.#sent.filter((sent) => sent <= now && now - sent < WINDOW);
  }
}
