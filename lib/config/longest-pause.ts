import { RetrySettings } from './retry-settings.js';

const DEFAULT = new RetrySettings().maxDelay;

/** Returns the longest wait between two attempts in milliseconds; the default where none is repeated. */
export function longestPause(retry: RetrySettings | false): number {
  return retry === false ? DEFAULT : retry.maxDelay;
}
