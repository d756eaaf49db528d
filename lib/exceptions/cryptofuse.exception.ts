import { HttpException } from '@nestjs/common';
import { wholeMilliseconds } from '../clock/clock.js';

/** Shared by all copies of the package in one process. */
const BRAND = Symbol.for('nestjs-cryptofuse.exception');

/** Marks a class, so that its instances are `instanceof CryptofuseException`. */
export function brand(prototype: object): void {
  Object.defineProperty(prototype, BRAND, { value: true });
}

/** Returns whether `value` is an instance of a class that {@link brand} marked. */
export function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Whether the server may have acted on the request.
 * - `refused`: it responded that it did not.
 * - `not-sent`: no byte of the request left this process.
 * - `unknown`: it may have acted. Look before you retry what moves money.
 */
export type RequestOutcome = 'refused' | 'not-sent' | 'unknown';

/** What an exception is made of. An allow-list: no request, configuration, socket or axios object. */
export interface ExceptionInit {
  readonly code: string;
  readonly message: string;
  readonly clientId: string;
  readonly upstreamStatus?: number | undefined;
  readonly details?: unknown;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
  /** Milliseconds; the exception has them whole. */
  readonly retryAfter?: number | undefined;
  readonly outcome?: RequestOutcome;
}

/** What the API's support asks for. It never holds a secret. */
export interface CryptofuseSupportReport {
  readonly clientId: string;
  readonly code: string;
  readonly message: string;
  /** The server's HTTP status; `undefined` if no response came. */
  readonly status: number | undefined;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
}

/** What of an exception is in its report. */
interface ReportedException {
  readonly code: string;
  readonly message: string;
  readonly upstreamStatus: number | undefined;
}

/** Returns the report on `exception`, which the client `clientId` met at `time`. */
export function supportReport(
  { code, message, upstreamStatus }: ReportedException,
  clientId: string,
  time: Date,
): CryptofuseSupportReport {
  return { clientId, code, message, status: upstreamStatus, time: time.toISOString() };
}

/**
 * What every exception of this package is an instance of, besides its Nest class.
 *
 * ```ts
 * if (error instanceof CryptofuseException && error.outcome === 'unknown') await reconcile(order);
 * ```
 *
 * It is recognised by a brand, since a JavaScript class has one superclass and that one is Nest's.
 */
export abstract class CryptofuseException extends Error {
  /** The server's code, or a stable one of this package. Never empty. */
  abstract readonly code: string;
  /** The HTTP status of the server's response; `undefined` for a local failure. */
  abstract readonly upstreamStatus: number | undefined;
  /** What the server said beyond code and message, bounded and without secrets. */
  abstract readonly details: unknown;
  /** What to do about it. */
  abstract readonly hint: string | undefined;
  /** Whether the same call may succeed later, unchanged. */
  abstract readonly retryable: boolean;
  /** Whole milliseconds to wait before the same call; `undefined` if the server has not said. */
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

/** What an end user may see of an exception. */
export interface PublicBody {
  readonly statusCode: number;
  readonly message: string;
  readonly code: string;
}

type NestException = new (body: PublicBody) => HttpException;
type Members = Pick<CryptofuseException, keyof CryptofuseException>;
type DescribedException = new (facts: ExceptionInit) => HttpException & Members;

/**
 * Returns `Base`, an exception class of Nest with the HTTP status `status`, with the members every
 * exception of this package has.
 */
export function createExceptionClass(
  Base: NestException,
  status: (facts: ExceptionInit) => number,
): DescribedException {
  class Described extends Base implements Members {
    readonly code: string;
    readonly upstreamStatus: number | undefined;
    readonly details: unknown;
    readonly hint: string | undefined;
    readonly retryable: boolean;
    readonly retryAfter: number | undefined;
    readonly outcome: RequestOutcome;
    readonly #clientId: string;
    readonly #time = new Date();

    constructor(facts: ExceptionInit) {
      super({ statusCode: status(facts), message: facts.message, code: facts.code });
      this.code = facts.code;
      this.upstreamStatus = facts.upstreamStatus;
      this.details = facts.details;
      this.hint = facts.hint;
      this.retryable = facts.retryable ?? false;
      this.retryAfter = wholeMilliseconds(facts.retryAfter);
      this.outcome = facts.outcome ?? (facts.upstreamStatus === undefined ? 'not-sent' : 'refused');
      this.#clientId = facts.clientId;
    }

    /** A copy each time: an axios instance writes into what it takes for its own response. */
    override getResponse(): PublicBody {
      return { statusCode: this.getStatus(), message: this.message, code: this.code };
    }

    toSupportReport(): CryptofuseSupportReport {
      return supportReport(this, this.#clientId, this.#time);
    }
  }
  brand(Described.prototype);
  return Described;
}

/** An `HttpException` with the status its body names. */
export class UpstreamStatusException extends HttpException {
  constructor(body: PublicBody) {
    super(body, body.statusCode);
  }
}
