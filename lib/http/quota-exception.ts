import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import type { QuotaWindow } from './quota-window.js';

/**
 * Returns the exception of a call that was not sent because the quota is spent.
 *
 * @param now wall-clock time, milliseconds since the epoch
 */
export function quotaException(
  { limit, remaining, resetAt }: QuotaWindow,
  clientId: string,
  now: number,
): CryptofuseRateLimitException {
  return new CryptofuseRateLimitException({
    code: 'quota_spent',
    message: 'The calls of this window are spent; the call was not sent.',
    clientId,
    source: 'api',
    limit,
    remaining,
    resetAt: resetAt === undefined ? undefined : new Date(resetAt),
    retryAfter: resetAt === undefined ? undefined : Math.max(0, resetAt - now),
    hint: "Call less often, lower quota.reserve, or set quota.policy to 'wait' or 'observe'.",
    outcome: 'not-sent',
  });
}
