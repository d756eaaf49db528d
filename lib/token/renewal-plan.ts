import { Injectable } from '@nestjs/common';
import { Clock, inBackground, type ScheduledCall } from '../clock/clock.js';
import type { IssuedToken } from './issued-token.js';
import { decorrelatedPause, lifeLeft, type Moment } from './token-timing.js';

const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** A timer may come a fraction early; planned anew it must not come at once again. */
const SOONEST = 1;
/** Of the time between the windows: a short one still sees several attempts. */
const PAUSE_SHARE = 0.25;

/** When the token at hand is renewed in the background. Holds no process. */
@Injectable()
export class RenewalPlan {
  #timer: ScheduledCall | undefined;
  #at: number | undefined;
  #pause = 0;
  #notBefore = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** When the next renewal is due, by the monotonic clock; `undefined` where none is planned. */
  get at(): number | undefined {
    return this.#at;
  }

  /**
   * Whether a renewal may start: one that failed is not tried again before its pause is over.
   *
   * @param now by the monotonic clock
   */
  isDue(now: number): boolean {
    return now >= this.#notBefore;
  }

  /** Plans the renewal of a new token for the start of its soft window. */
  begin({ timing }: IssuedToken, renew: () => void): void {
    this.#pause = 0;
    this.#notBefore = -Infinity;
    this.#plan(lifeLeft(timing, this.#now()) - timing.windows.soft, renew);
  }

  /** Plans the next attempt after one that failed; `wait`: not before the budget allows it. */
  postpone({ timing }: IssuedToken, wait: number, renew: () => void): void {
    const { soft, hard } = timing.windows;
    const longest = Math.min(LONGEST_PAUSE, PAUSE_SHARE * (soft - hard));
    const bounds = { shortest: Math.min(SHORTEST_PAUSE, longest), longest };
    this.#pause = decorrelatedPause(this.#pause, bounds, Math.random());
    const delay = Math.max(this.#pause, wait);
    this.#notBefore = this.clock.monotonic() + delay;
    // In the hard window callers ask for themselves.
    if (delay < lifeLeft(timing, this.#now()) - hard) this.#plan(delay, renew);
    else this.cancel();
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#at = undefined;
  }

  #now(): Moment {
    return { wall: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  #plan(delay: number, renew: () => void): void {
    this.cancel();
    const later = Math.max(SOONEST, Math.ceil(delay));
    this.#at = this.clock.monotonic() + later;
    this.#timer = inBackground(() => this.clock.schedule(renew, later));
    this.#timer.unref();
  }
}
