import { LONGEST_DELAY } from '../clock/longest-delay.js';
import { OptionRules } from './option-rules.js';

const CALLS = { message: 'must be a whole number of calls, 0 or more' };
const DELAY = { message: 'must be whole milliseconds, 0 to 2147483647' };

/** What to do where the API's quota is spent: watch, refuse the call, or wait for the reset. */
export type QuotaPolicy = 'observe' | 'fail' | 'wait';

/** How the API's quota is kept. */
export class QuotaSettings {
  @OptionRules(({ IsIn }) => [
    IsIn(['observe', 'fail', 'wait'], { message: "must be 'observe', 'fail' or 'wait'" }),
  ])
  readonly policy: QuotaPolicy = 'observe';

  /** Calls of each window that are left for others. */
  @OptionRules(({ IsInt, Min }) => [IsInt(CALLS), Min(0, CALLS)])
  readonly reserve: number = 0;

  /** The longest wait for a reset, in milliseconds. */
  @OptionRules(({ IsInt, Min, Max }) => [IsInt(DELAY), Min(0, DELAY), Max(LONGEST_DELAY, DELAY)])
  readonly maxWait: number = 30_000;
}
