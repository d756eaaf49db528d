import { LONGEST_DELAY } from '../clock/longest-delay.js';
import { OptionRule } from './option-rule.js';
import { OptionRules } from './option-rules.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ATTEMPTS = { message: 'must be a whole number, 0 or more' };
const DELAY = { message: 'must be whole milliseconds, 0 to 2147483647' };

function isMethodList(value: unknown): boolean {
  return Array.isArray(value) && value.every((method) => METHODS.includes(method as string));
}

function isErrorStatus(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599;
}

function isStatusList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isErrorStatus);
}

/** When a failed attempt is repeated. */
export class RetrySettings {
  /** Attempts after the first. */
  @OptionRules(({ IsInt, Min }) => [IsInt(ATTEMPTS), Min(0, ATTEMPTS)])
  readonly attempts: number = 2;

  /** The longest wait between two attempts, in milliseconds. */
  @OptionRules(({ IsInt, Min, Max }) => [IsInt(DELAY), Min(0, DELAY), Max(LONGEST_DELAY, DELAY)])
  readonly maxDelay: number = 5_000;

  /** The methods repeated after an ambiguous failure. */
  @OptionRule('methods', isMethodList, `must be a list of methods out of ${METHODS.join(', ')}`)
  readonly methods: readonly string[] = ['GET', 'HEAD'];

  /** The statuses that are repeated. */
  @OptionRule('statuses', isStatusList, 'must be a list of HTTP statuses, 400 to 599')
  readonly statuses: readonly number[] = [429, 500, 502, 503, 504];
}
