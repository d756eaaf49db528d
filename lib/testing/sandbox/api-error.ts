import { type Answer, type AnswerHeaders, jsonAnswer } from './response.js';
import type { Share } from './rate-limit.js';

/** An error of the API: `{"error": {"code", "message", "details"}}` (FACTS 1.2). */
export function apiError(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  headers: AnswerHeaders = {},
): Answer {
  return jsonAnswer(status, { error: { code, message, details } }, headers);
}

/** The 429 of the token endpoint and of the API alike. */
export function rateLimitExceeded(share: Share): Answer {
  const headers = { ...share.headers, 'retry-after': share.retryAfter };
  return apiError(429, 'rate_limit_exceeded', 'Rate limit exceeded', {}, headers);
}
