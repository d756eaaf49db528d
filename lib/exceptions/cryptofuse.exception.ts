import { isBranded } from './exception-brand.js';
import type { RequestOutcome } from './exception-facts.js';
import type { CryptofuseSupportReport } from './support-report.js';

/**
 * What every exception of this package is an instance of, besides its Nest class:
 * `if (error instanceof CryptofuseException)`.
 *
 * It is recognised by a brand, since a JavaScript class has one superclass and that one is Nest's.
 */
export abstract class CryptofuseException extends Error {
  /** The server's code, or a stable one of this package. Never empty. */
  abstract readonly code: string;
  /** The HTTP status the server answered with; `undefined` for a local failure. */
  abstract readonly upstreamStatus: number | undefined;
  /** What the server said beyond code and message, bounded and without secrets. */
  abstract readonly details: unknown;
  /** What to do about it. */
  abstract readonly hint: string | undefined;
  /** Whether the same call may succeed later, unchanged. */
  abstract readonly retryable: boolean;
  /** Whole milliseconds to wait before the same call; `undefined` if nobody has named a time. */
  abstract readonly retryAfter: number | undefined;
  /** Whether the server may have acted. */
  abstract readonly outcome: RequestOutcome;
  /** Returns what the API's support asks for; never a secret. */
  abstract toSupportReport(): CryptofuseSupportReport;

  static override [Symbol.hasInstance](value: unknown): boolean {
    // The brand is of this class alone: what extends it is recognised as any class is.
    return super[Symbol.hasInstance](value) || (this === CryptofuseException && isBranded(value));
  }
}
