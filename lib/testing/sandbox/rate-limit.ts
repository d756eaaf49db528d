import type { Clock } from '../../clock/clock.js';
import { apiError, type ResponseHeaders, type SandboxResponse } from './response.js';

/** What a limit says of one request. @internal */
interface QuotaShare {
  readonly isGranted: boolean;
  /** `X-RateLimit-*`; none if there is no limit. */
  readonly headers: ResponseHeaders;
  /** Seconds until the window ends, at least one. */
  readonly retryAfter: number;
}

interface Window {
  used: number;
  /** In milliseconds since the epoch by the wall clock. */
  readonly endsAt: number;
}

const UNLIMITED: QuotaShare = { isGranted: true, headers: {}, retryAfter: 1 };

/** A number of requests in a fixed window, which begins with a key's first request (FACTS 1.9). @internal */
export class RateLimit {
  readonly #windows = new Map<string, Window>();

  /**
   * @param limit requests in a window; `false`: no limit
   * @param period milliseconds
   */
  constructor(
    private readonly clock: Clock,
    private readonly limit: number | false,
    private readonly period: number,
  ) {}

  /** Counts a request of `key`. */
  take(key: string): QuotaShare {
    if (this.limit === false) return UNLIMITED;
    const now = this.clock.now();
    const window = this.#currentWindow(key, now);
    window.used += 1;
    return {
      isGranted: window.used <= this.limit,
      headers: {
        'x-ratelimit-limit': this.limit,
        'x-ratelimit-remaining': Math.max(0, this.limit - window.used),
        'x-ratelimit-reset': Math.ceil(window.endsAt / 1000),
      },
      retryAfter: Math.max(1, Math.ceil((window.endsAt - now) / 1000)),
    };
  }

  reset(): void {
    this.#windows.clear();
  }

  #currentWindow(key: string, now: number): Window {
    const current = this.#windows.get(key);
    if (current !== undefined && now < current.endsAt) return current;
    const window = { used: 0, endsAt: now + this.period };
    this.#windows.set(key, window);
    return window;
  }
}

/** The 429 of the token endpoint and of the API alike. @internal */
export function rateLimitExceeded(share: QuotaShare): SandboxResponse {
  const headers = { ...share.headers, 'retry-after': share.retryAfter };
  return apiError(429, 'rate_limit_exceeded', 'Rate limit exceeded', {}, headers);
}
