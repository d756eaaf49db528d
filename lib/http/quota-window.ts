import type { RateLimit } from '../transport/rate-limit-headers.js';

/** The API's quota for one token: what the server says of it, less what is under way. */
export class QuotaWindow {
  #limit: number | undefined;
  #remaining: number | undefined;
  /** Wall-clock time, milliseconds. */
  #resetAt: number | undefined;
  #underWay = 0;

  get limit(): number | undefined {
    return this.#limit;
  }

  get remaining(): number | undefined {
    return this.#remaining;
  }

  /** When the next window begins, by the wall clock in milliseconds. */
  get resetAt(): number | undefined {
    return this.#resetAt;
  }

  /** Returns whether a call may be sent that leaves `reserve` calls of the window to others. */
  admits(reserve: number, now: number): boolean {
    if (this.#resetAt !== undefined && now >= this.#resetAt) this.#begin();
    if (this.#remaining === undefined) return true;
    return this.#remaining - this.#underWay > reserve;
  }

  /** Counts a call that is sent. */
  enter(): void {
    this.#underWay += 1;
  }

  /** Counts a call that has ended. */
  leave(): void {
    this.#underWay -= 1;
  }

  /** Takes note of what an answer says; nothing where it is silent. Within a window the lowest figure is the latest. */
  observe({ limit, remaining, resetAt }: RateLimit): void {
    const reset = resetAt?.getTime();
    if (remaining === undefined || reset === undefined) return;
    if (this.#resetAt !== undefined && reset < this.#resetAt) return;
    const isSameWindow = reset === this.#resetAt;
    this.#remaining = isSameWindow ? Math.min(remaining, this.#remaining ?? remaining) : remaining;
    this.#limit = limit ?? this.#limit;
    this.#resetAt = reset;
  }

  /** A new window: nothing is known of it but its size, until an answer says more. */
  #begin(): void {
    this.#remaining = this.#limit;
    this.#resetAt = undefined;
  }
}
