/** Retries that are there at the start, and at most. */
const CAPACITY = 100;
/** What a success gives back of a retry. */
const REFILL = 0.2;

/** Keeps an outage from being multiplied: each retry takes from it, each success gives a little back. */
export class RetryBudget {
  #left = CAPACITY;

  /** Takes one retry; returns whether there was one. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Counts a call that succeeded. */
  refill(): void {
    this.#left = Math.min(CAPACITY, this.#left + REFILL);
  }
}
