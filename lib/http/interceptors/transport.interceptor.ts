import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { exceptionOfFailure } from '../../transport/exception-of-failure.js';
import { OriginLease } from '../../transport/origin-lease.js';
import { TransportFailure } from '../../transport/transport-failure.js';
import type { TransportRequest, TransportResponse } from '../../transport/transport.js';
import { answerBody } from '../answer-body.js';
import { answerStream } from '../answer-stream.js';
import type { Attempt } from '../attempt.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { encodeBody, NO_BODY, type EncodedBody } from '../encode-body.js';
import { endBody } from '../one-shot-body.js';
import { RequestHeaders } from '../request-headers.js';
import { TokenUse } from '../token-use.js';

/** Last of the way: encodes the request, has the transport send it, and decodes the answer. */
@Injectable()
export class TransportInterceptor {
  readonly #headers = new RequestHeaders();

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
    private readonly use: TokenUse,
  ) {}

  async intercept(attempt: Attempt): Promise<CryptofuseResponse> {
    const { call } = attempt;
    attempt.stage = 'body';
    const encoded = call.body === undefined ? NO_BODY : await encodeBody(call.body);
    attempt.stage = 'answer';
    const sentAt = this.clock.monotonic();
    let answer: TransportResponse;
    try {
      answer = await this.lease.transport.send(this.#requestOf(attempt, encoded));
    } catch (error) {
      this.use.note(attempt, undefined, this.clock.monotonic() - sentAt);
      endBody(encoded.body);
      if (!(error instanceof TransportFailure)) throw error;
      throw exceptionOfFailure(error, this.config.clientId);
    }
    this.use.note(attempt, answer.status, this.clock.monotonic() - sentAt);
    const answered = answerBody(call, answer);
    const read = answered instanceof Promise ? ((await answered) as unknown) : answered;
    const body = read instanceof Readable ? this.#streamTo(attempt, read) : read;
    return { status: answer.status, headers: answer.headers, body };
  }

  #requestOf(attempt: Attempt, encoded: EncodedBody): TransportRequest {
    return {
      method: attempt.call.method,
      url: attempt.url,
      headers: this.#headers.of(attempt, encoded),
      body: encoded.body,
      signal: attempt,
      maxResponseSize: this.config.maxResponseSize,
      stream: attempt.call.responseType === 'stream',
      lane: 'api',
    };
  }

  #streamTo(attempt: Attempt, source: Readable): Readable {
    const { timeout } = attempt.call;
    const { clientId } = this.config;
    return answerStream(source, { signal: attempt, timeout, clientId }, this.clock);
  }
}
