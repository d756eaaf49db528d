import type { HttpException } from '@nestjs/common';
import { wholeMilliseconds } from '../clock/whole-milliseconds.js';
import { brand } from './exception-brand.js';
import type { CryptofuseException } from './cryptofuse.exception.js';
import type { ExceptionFacts, RequestOutcome } from './exception-facts.js';
import { supportReport, type CryptofuseSupportReport } from './support-report.js';

/** What an end user may see of an exception. */
export interface PublicBody {
  readonly statusCode: number;
  readonly message: string;
  readonly code: string;
}

type NestException = new (body: PublicBody) => HttpException;
type Members = Pick<CryptofuseException, keyof CryptofuseException>;
type DescribedException = new (facts: ExceptionFacts) => HttpException & Members;

/**
 * Returns `Base`, an exception class of Nest that answers with `status`, with the members every
 * exception of this package has.
 */
export function describedException(
  Base: NestException,
  status: (facts: ExceptionFacts) => number,
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

    constructor(facts: ExceptionFacts) {
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
