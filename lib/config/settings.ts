import { LONGEST_DELAY } from '../clock/clock.js';
import { OptionRule, OptionRules } from './option-rules.js';

const BUDGET = { message: 'must be a whole number of token requests a minute, 1 or more' };

/** How tokens are obtained and revoked. */
export class TokenSettings {
  /** Whether to fetch a token when the application starts; `'required'` makes the start fail without one. */
  @OptionRules(({ IsIn }) => [
    IsIn([true, false, 'required'], { message: "must be true, false or 'required'" }),
  ])
  readonly eager: boolean | 'required' = false;

  /** Token requests allowed per minute. */
  @OptionRules(({ IsInt, Min }) => [IsInt(BUDGET), Min(1, BUDGET)])
  readonly budget: number = 15;

  /** Whether the token is revoked when the application shuts down. */
  @OptionRules(({ IsIn }) => [IsIn([true, false], { message: 'must be true or false' })])
  readonly revokeOnShutdown: boolean = false;
}

const CALLS = { message: 'must be a whole number of calls, 0 or more' };
const DELAY = { message: 'must be whole milliseconds, 0 to 2147483647' };

/** What happens once the API's quota is spent: calls are sent anyway, refused, or wait for the reset. */
export type QuotaPolicy = 'observe' | 'fail' | 'wait';

/** What happens once the API's quota is spent. */
export class QuotaSettings {
  /** See {@link QuotaPolicy}. */
  @OptionRules(({ IsIn }) => [
    IsIn(['observe', 'fail', 'wait'], { message: "must be 'observe', 'fail' or 'wait'" }),
  ])
  readonly policy: QuotaPolicy = 'observe';

  /** Calls in each window to leave for other consumers. */
  @OptionRules(({ IsInt, Min }) => [IsInt(CALLS), Min(0, CALLS)])
  readonly reserve: number = 0;

  /** The longest wait for a reset, in milliseconds. */
  @OptionRules(({ IsInt, Min, Max }) => [IsInt(DELAY), Min(0, DELAY), Max(LONGEST_DELAY, DELAY)])
  readonly maxWait: number = 30_000;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ATTEMPTS = { message: 'must be a whole number, 0 or more' };

function isMethodList(value: unknown): boolean {
  return Array.isArray(value) && value.every((method) => METHODS.includes(method as string));
}

function isErrorStatus(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599;
}

function isStatusList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isErrorStatus);
}

/** When a failed attempt is retried. */
export class RetrySettings {
  /** Attempts after the first. */
  @OptionRules(({ IsInt, Min }) => [IsInt(ATTEMPTS), Min(0, ATTEMPTS)])
  readonly attempts: number = 2;

  /** The longest wait between two attempts, in milliseconds. */
  @OptionRules(({ IsInt, Min, Max }) => [IsInt(DELAY), Min(0, DELAY), Max(LONGEST_DELAY, DELAY)])
  readonly maxDelay: number = 5_000;

  /** The methods retried after a failure when the server may already have acted. */
  @OptionRule('methods', isMethodList, `must be a list of methods out of ${METHODS.join(', ')}`)
  readonly methods: readonly string[] = ['GET', 'HEAD'];

  /** The statuses of responses that are retried. */
  @OptionRule('statuses', isStatusList, 'must be a list of HTTP statuses, 400 to 599')
  readonly statuses: readonly number[] = [429, 500, 502, 503, 504];
}

const DEFAULT = new RetrySettings().maxDelay;

/** Returns the longest wait between two attempts in milliseconds; the default if retries are off. */
export function longestPause(retry: RetrySettings | false): number {
  return retry === false ? DEFAULT : retry.maxDelay;
}
