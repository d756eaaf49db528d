import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { DeadlineTimers } from '../../clock/deadline-timers.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { asThrown } from '../../transport/as-thrown.js';
import { exceptionOfFailure } from '../../transport/exception-of-failure.js';
import { UnreadableBody } from '../../transport/json-body.js';
import { OriginLease } from '../../transport/origin-lease.js';
import { TransportFailure } from '../../transport/transport-failure.js';
import type {
  ReadableBody,
  Transport,
  TransportRequest,
  TransportResponse,
} from '../../transport/transport.js';
import { answerBody } from '../answer-body.js';
import { answerStream } from '../answer-stream.js';
import type { Attempt } from '../attempt.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { isSuccess } from '../is-success.js';
import { Deadlines } from '../deadlines.js';
import { encodeBody, NO_BODY, type EncodedBody } from '../encode-body.js';
import { endBody } from '../one-shot-body.js';
import { QuotaWatch } from '../quota-watch.js';
import { RequestHeaders } from '../request-headers.js';
import { SentRequest } from '../sent-request.js';
import { TokenUse } from '../token-use.js';

/** Last of the way: encodes the request, has the transport send it, decodes the answer, and has noted what it tells. */
@Injectable()
export class TransportInterceptor {
  readonly #headers = new RequestHeaders();

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
    private readonly use: TokenUse,
    private readonly quota: QuotaWatch,
    private readonly deadlines: Deadlines,
    private readonly timers: DeadlineTimers,
  ) {}

  intercept(attempt: Attempt): Promise<CryptofuseResponse> {
    return attempt.call.body === undefined
      ? this.#sent(attempt, NO_BODY)
      : this.#sentOnceEncoded(attempt);
  }

  async #sentOnceEncoded(attempt: Attempt): Promise<CryptofuseResponse> {
    attempt.stage = 'body';
    return this.#sent(attempt, await encodeBody(attempt.call.body));
  }

  #sent(attempt: Attempt, encoded: EncodedBody): Promise<CryptofuseResponse> {
    attempt.stage = 'answer';
    attempt.progress = undefined;
    const headers = this.#headers.of(attempt, encoded);
    const request = new SentRequest(attempt, headers, encoded, this.config.maxResponseSize);
    const sentAt = this.clock.monotonic();
    this.#renewIfOver(attempt, sentAt);
    return sent(this.lease.transport, request).then(
      (answer) => {
        const answeredAt = this.clock.monotonic();
        this.#renewIfOver(attempt, answeredAt);
        this.use.note(attempt, answer.status, answeredAt - sentAt);
        this.quota.observe(attempt, answer.headers);
        if (answer.body instanceof TransportFailure) {
          endBody(encoded.body);
          return this.#unreadable(answer, answer.body);
        }
        const body = bodyOf(attempt, answer, answer.body);
        if (!(body instanceof Promise)) return this.#responseOf(attempt, answer, body);
        return body.then((read) => this.#responseOf(attempt, answer, read));
      },
      (error: unknown) => {
        this.use.note(attempt, undefined, this.clock.monotonic() - sentAt);
        endBody(encoded.body);
        if (!(error instanceof TransportFailure)) throw error;
        throw exceptionOfFailure(error, this.config.clientId);
      },
    );
  }

  /** A success is what its body says; of any other status the body says no more than the reason. */
  #unreadable(
    { status, headers }: TransportResponse,
    failure: TransportFailure,
  ): CryptofuseResponse {
    if (isSuccess(status)) throw exceptionOfFailure(failure, this.config.clientId);
    return { status, headers, body: new UnreadableBody('cannot be read', '') };
  }

  /** What waited past its deadline, in a process that was blocked or frozen, and goes on, has its time anew. */
  #renewIfOver(attempt: Attempt, now: number): void {
    if (now > attempt.deadline) this.deadlines.renew(attempt, now);
  }

  #responseOf(
    attempt: Attempt,
    { status, headers }: TransportResponse,
    read: unknown,
  ): CryptofuseResponse {
    const body = read instanceof Readable ? this.#streamTo(attempt, read) : read;
    return { status, headers, body };
  }

  #streamTo(attempt: Attempt, source: Readable): Readable {
    const { timeout } = attempt.call;
    const { clientId } = this.config;
    return answerStream(source, { signal: attempt, timeout, clientId }, this.timers);
  }
}

/** The application's own `validateStatus` may throw. */
function bodyOf({ call }: Attempt, answer: TransportResponse, body: ReadableBody): unknown {
  try {
    return answerBody(call, answer, body);
  } catch (error) {
    endBody(body);
    throw error;
  }
}

/** A transport of the application's own may throw at once, or answer without a promise. */
function sent(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
  try {
    return Promise.resolve(transport.send(request));
  } catch (error) {
    return Promise.reject(asThrown(error));
  }
}
