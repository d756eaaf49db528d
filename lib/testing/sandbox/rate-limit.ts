import type { Clock } from '../../clock/clock.js';
import { type Answer, type AnswerHeaders, apiError } from './response.js';

interface Window {
  used: number;
  /** By the wall clock, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** One request's place in its window. */
export interface Share {
  readonly granted: boolean;
  /** `X-RateLimit-*`; none where the limit is off. */
  readonly headers: AnswerHeaders;
  /** Seconds until the window ends, at least one. */
  readonly retryAfter: number;
}

const WITHOUT_LIMIT: Share = { granted: true, headers: {}, retryAfter: 1 };

/** So many requests in a fixed window, which begins with a key's first request (FACTS 1.9). */
export class RateLimit {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly clock: Clock,
    /** Requests in a window; `false`: no limit. */
    private readonly limit: number | false,
    /** Milliseconds. */
    private readonly period: number,
  ) {}

  take(key: string): Share {
    if (this.limit === false) {
      return WITHOUT_LIMIT;
    }
    const now = this.clock.now();
    const window = this.windowOf(key, now);
    window.used += 1;
    return {
      granted: window.used <= this.limit,
      headers: {
        'x-ratelimit-limit': this.limit,
        'x-ratelimit-remaining': Math.max(0, this.limit - window.used),
        'x-ratelimit-reset': Math.ceil(window.endsAt / 1000),
      },
      retryAfter: Math.max(1, Math.ceil((window.endsAt - now) / 1000)),
    };
  }

  reset(): void {
    this.windows.clear();
  }

  private windowOf(key: string, now: number): Window {
    const current = this.windows.get(key);
    if (current !== undefined && now < current.endsAt) {
      return current;
    }
    const window = { used: 0, endsAt: now + this.period };
    this.windows.set(key, window);
    return window;
  }
}

/** The 429 of the token endpoint and of the API alike. */
export function rateLimitExceeded(share: Share): Answer {
  const headers = { ...share.headers, 'retry-after': share.retryAfter };
  return apiError(429, 'rate_limit_exceeded', 'Rate limit exceeded', {}, headers);
}
