import type { Clock } from '../clock/clock.js';
import type { IssuedToken } from './issued-token.js';
import type { PlannedRenewal, RenewalSchedule } from './renewal-schedule.js';
import { decorrelatedPause, lifeLeft } from './token-timing.js';

const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** The share of the time between the windows, so that even a short token gets several attempts. */
const PAUSE_SHARE = 0.25;

/** Plans the background renewal of one account's token. Reused for each of its tokens. */
export class RenewalPlan implements PlannedRenewal {
  at = Infinity;
  place = -1;
  #pause = 0;
  #notBefore = -Infinity;

  constructor(
    private readonly schedule: RenewalSchedule,
    private readonly clock: Clock,
    private readonly keeper: { renewIfUsed(): void },
  ) {}

  run(): void {
    this.at = Infinity;
    this.keeper.renewIfUsed();
  }

  /**
   * Returns whether a renewal may start: after a failure, not before the pause is over.
   *
   * @param now the time of the monotonic clock
   */
  isDue(now: number): boolean {
    return now >= this.#notBefore;
  }

  /** Plans the renewal of a new token for the start of its soft window. */
  begin({ timing }: IssuedToken): void {
    this.#pause = 0;
    this.#notBefore = -Infinity;
    this.#plan(lifeLeft(timing, this.clock.moment()) - timing.windows.soft);
  }

  /** Plans the next attempt after a failure, no sooner than `wait` milliseconds from now, for the rate limit. */
  postpone({ timing }: IssuedToken, wait: number): void {
    const { soft, hard } = timing.windows;
    const longest = Math.min(LONGEST_PAUSE, PAUSE_SHARE * (soft - hard));
    const bounds = { shortest: Math.min(SHORTEST_PAUSE, longest), longest };
    this.#pause = decorrelatedPause(this.#pause, bounds, Math.random());
    const delay = Math.max(this.#pause, wait);
    this.#notBefore = this.clock.monotonic() + delay;
    // In the hard window each caller requests a token itself.
    if (delay < lifeLeft(timing, this.clock.moment()) - hard) this.#plan(delay);
    else this.cancel();
  }

  cancel(): void {
    this.at = Infinity;
    this.schedule.remove(this);
  }

  #plan(delay: number): void {
    this.schedule.remove(this);
    this.at = this.clock.monotonic() + Math.max(0, delay);
    this.schedule.add(this);
  }
}
