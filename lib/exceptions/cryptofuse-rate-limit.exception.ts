import { describedException } from './described-exception.js';
import type { ExceptionFacts } from './exception-facts.js';
import { UpstreamStatusException } from './upstream-status.exception.js';

/** What is known of a limit. */
export interface RateLimitFacts {
  /** Whose limit it is: the token endpoint's or the API's. */
  readonly source: 'token' | 'api';
  /** Calls allowed in the window. */
  readonly limit?: number | undefined;
  /** Calls left in the window. */
  readonly remaining?: number | undefined;
  /** When the window opens again. */
  readonly resetAt?: Date | undefined;
}

/** Too many calls: the server's 429, or a budget of our own. */
export class CryptofuseRateLimitException extends describedException(
  UpstreamStatusException,
  () => 429,
) {
  override readonly name: string = 'CryptofuseRateLimitException';
  readonly source: 'token' | 'api';
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetAt: Date | undefined;

  constructor(facts: ExceptionFacts & RateLimitFacts) {
    super({ ...facts, retryable: facts.retryable ?? true });
    this.source = facts.source;
    this.limit = facts.limit;
    this.remaining = facts.remaining;
    this.resetAt = facts.resetAt;
  }
}
