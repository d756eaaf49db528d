import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { ACCEPTED_ENCODINGS } from '../../transport/content-decoding.js';
import { exceptionOfFailure } from '../../transport/exception-of-failure.js';
import { TransportFailure } from '../../transport/transport-failure.js';
import type { TransportResponse } from '../../transport/transport.js';
import { OriginLease } from '../../transport/origin-lease.js';
import { USER_AGENT } from '../../transport/user-agent.js';
import type { AttemptRequest } from '../attempt.js';
import { answerBody } from '../answer-body.js';
import { answerStream } from '../answer-stream.js';
import type { ResponseType } from '../cryptofuse-request.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { encodeBody, NO_BODY, type EncodedBody } from '../encode-body.js';
import { endBody } from '../one-shot-body.js';

const ACCEPT: Readonly<Record<ResponseType, string>> = {
  json: 'application/json',
  text: '*/*',
  bytes: '*/*',
  stream: '*/*',
};

/** Last of the way: encodes the request, has the transport send it, and decodes the answer. */
@Injectable()
export class TransportInterceptor {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
  ) {}

  async intercept(request: AttemptRequest): Promise<CryptofuseResponse> {
    request.attempt.stage = 'body';
    const encoded = request.body === undefined ? NO_BODY : await encodeBody(request.body);
    request.attempt.stage = 'answer';
    const answer = await this.#send(request, encoded);
    const read = await answerBody(request, answer);
    const isStream = read instanceof Readable;
    const body = isStream ? this.#streamTo(request, read) : read;
    return { status: answer.status, headers: answer.headers, body };
  }

  #streamTo({ signal, timeout }: AttemptRequest, source: Readable): Readable {
    return answerStream(source, { signal, timeout, clientId: this.config.clientId }, this.clock);
  }

  async #send(request: AttemptRequest, encoded: EncodedBody): Promise<TransportResponse> {
    try {
      return await this.lease.transport.send({
        method: request.method,
        url: request.url,
        headers: {
          accept: ACCEPT[request.responseType],
          'accept-encoding': ACCEPTED_ENCODINGS,
          'user-agent': USER_AGENT,
          ...encoded.headers,
          ...request.headers,
        },
        body: encoded.body,
        signal: request.signal,
        maxResponseSize: this.config.maxResponseSize,
        stream: request.responseType === 'stream',
        lane: 'api',
      });
    } catch (error) {
      endBody(encoded.body);
      if (!(error instanceof TransportFailure)) throw error;
      throw exceptionOfFailure(error, this.config.clientId);
    }
  }
}
