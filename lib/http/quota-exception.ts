import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import type { QuotaWindow } from './quota-window.js';

/** Returns the exception of a call that was not sent because the quota is spent. */
export function quotaException(
  { limit, remaining, resetAt, opensIn }: QuotaWindow,
  clientId: string,
): CryptofuseRateLimitException {
  return new CryptofuseRateLimitException({
    code: 'quota_spent',
    message: 'The calls of this window are spent; the call was not sent.',
    clientId,
    source: 'api',
    limit,
    remaining,
    resetAt,
    retryAfter: opensIn,
    hint: "Call less often, lower quota.reserve, or set quota.policy to 'wait' or 'observe'.",
    outcome: 'not-sent',
  });
}
