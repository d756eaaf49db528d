import { HttpException } from '@nestjs/common';
import { wholeMilliseconds } from '../clock/clock.js';

/** Shared by all copies of the package in one process. */
const BRAND = Symbol.for('nestjs-cryptofuse.exception');

/** Marks a class, so that its instances are `instanceof CryptofuseException`. */
export function brand(prototype: object): void {
  Object.defineProperty(prototype, BRAND, { value: true });
}

/** Returns whether `value` is an instance of a class that {@link brand} marked. */
function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Whether the server may have acted on the request.
 * - `refused`: the server responded that it did not act.
 * - `not-sent`: no byte of the request left this process.
 * - `unknown`: the server may have acted. Check before you retry a call that moves money.
 */
export type RequestOutcome = 'refused' | 'not-sent' | 'unknown';

/** The data of an exception. An allow-list: no request, configuration, socket or axios object. */
export interface ExceptionInit {
  readonly code: string;
  readonly message: string;
  readonly clientId: string;
  readonly upstreamStatus?: number | undefined;
  readonly details?: unknown;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
  /** In milliseconds; rounded to whole ones in the exception. */
  readonly retryAfter?: number | undefined;
  readonly outcome?: RequestOutcome;
}

/** The details that the API's support asks for. Never contains a secret. */
export interface CryptofuseSupportReport {
  readonly clientId: string;
  readonly code: string;
  readonly message: string;
  /** The server's HTTP status; `undefined` if there was no response. */
  readonly status: number | undefined;
  /** When the exception occurred, as ISO 8601 in UTC. */
  readonly time: string;
}

/** The members of an exception that its report contains. */
interface ReportedException {
  readonly code: string;
  readonly message: string;
  readonly upstreamStatus: number | undefined;
}

/** Returns the report for `exception`, which occurred in the client `clientId` at `time`. */
export function supportReport(
  { code, message, upstreamStatus }: ReportedException,
  clientId: string,
  time: Date,
): CryptofuseSupportReport {
  return { clientId, code, message, status: upstreamStatus, time: time.toISOString() };
}

/**
 * The common type of all exceptions of this package, in addition to their Nest class.
 *
 * ```ts
 * if (error instanceof CryptofuseException && error.outcome === 'unknown') await reconcile(order);
 * ```
 *
 * Instances are recognised by a brand, because a JavaScript class has only one superclass, which here is Nest's.
 */
export abstract class CryptofuseException extends Error {
  /** The server's code, or a stable code of this package. Never empty. */
  abstract readonly code: string;
  /** The HTTP status of the server's response; `undefined` for a local failure. */
  abstract readonly upstreamStatus: number | undefined;
  /** Further details from the server's response, bounded and without secrets. */
  abstract readonly details: unknown;
  /** How to fix the problem. */
  abstract readonly hint: string | undefined;
  /** Whether the same call may succeed later. */
  abstract readonly retryable: boolean;
  /** Whole milliseconds to wait before retrying; `undefined` if unknown. */
  abstract readonly retryAfter: number | undefined;
  /** Whether the server may have acted on the request. */
  abstract readonly outcome: RequestOutcome;
  /** Returns the details that the API's support asks for, without secrets. */
  abstract toSupportReport(): CryptofuseSupportReport;

  static override [Symbol.hasInstance](value: unknown): boolean {
    // The brand applies to this class only; subclasses use the ordinary check.
    return super[Symbol.hasInstance](value) || (this === CryptofuseException && isBranded(value));
  }
}

/** The part of an exception that an end user may see. */
export interface PublicBody {
  readonly statusCode: number;
  readonly message: string;
  readonly code: string;
}

type NestException = new (body: PublicBody) => HttpException;
type Members = Pick<CryptofuseException, keyof CryptofuseException>;
type DescribedException = new (facts: ExceptionInit) => HttpException & Members;

/**
 * Returns a subclass of `Base`, a Nest exception class with the HTTP status `status`, that has the members common to all
 * exceptions of this package.
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

    /** Returns a copy each time, because axios writes to an object it takes for its own response. */
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

/** An `HttpException` with the status that its body contains. */
export class UpstreamStatusException extends HttpException {
  constructor(body: PublicBody) {
    super(body, body.statusCode);
  }
}
