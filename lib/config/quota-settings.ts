import { IsIn, IsInt, Max, Min } from 'class-validator';
import { LONGEST_DELAY } from '../clock/longest-delay.js';

/** What to do where the API's quota is spent: watch, refuse the call, or wait for the reset. */
export type QuotaPolicy = 'observe' | 'fail' | 'wait';

/** How the API's quota is kept. */
export class QuotaSettings {
  @IsIn(['observe', 'fail', 'wait'], { message: "must be 'observe', 'fail' or 'wait'" })
  readonly policy: QuotaPolicy = 'observe';

  /** Calls of each window that are left for others. */
  @IsInt({ message: 'must be a whole number of calls, 0 or more' })
  @Min(0, { message: 'must be a whole number of calls, 0 or more' })
  readonly reserve: number = 0;

  /** The longest wait for a reset, in milliseconds. */
  @IsInt({ message: 'must be whole milliseconds, 0 to 2147483647' })
  @Min(0, { message: 'must be whole milliseconds, 0 to 2147483647' })
  @Max(LONGEST_DELAY, { message: 'must be whole milliseconds, 0 to 2147483647' })
  readonly maxWait: number = 30_000;
}
