import { Injectable } from '@nestjs/common';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { SecretRedactor } from '../../config/secret-redactor.js';
import { readErrorBody } from '../../exceptions/error-body.js';
import { ClockSkew } from '../../token/clock-skew.js';
import { UnreadableBody } from '../../transport/json-body.js';
import { readRateLimit } from '../../transport/rate-limit-headers.js';
import { exceptionOfAnswer, exceptionOfUnreadable } from '../exception-of-answer.js';
import type { Call } from '../call.js';
import type { Next, Step } from '../compose.js';
import { adoptBody, endBody } from '../one-shot-body.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { isSuccess } from '../is-success.js';
import { replayHint } from '../replay-hint.js';
import { requestedPause } from '../requested-pause.js';

/** First of the way: makes a typed exception of every answer that is an error. */
@Injectable()
export class CryptofuseErrorInterceptor implements Step<Call> {
  readonly #config: CryptofuseConfig;
  readonly #redactor: SecretRedactor;
  readonly #skew: ClockSkew;

  constructor(config: CryptofuseConfig, redactor: SecretRedactor, skew: ClockSkew) {
    this.#config = config;
    this.#redactor = redactor;
    this.#skew = skew;
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    const answer = call.body === undefined ? next(call) : sentWithBody(call, next);
    return answer.then((response) => this.#checked(call, response));
  }

  #checked(call: Call, response: CryptofuseResponse): CryptofuseResponse {
    const { status, body } = response;
    if (!call.accepts(status)) throw this.#exceptionOf(call, response);
    if (!(body instanceof UnreadableBody)) return response;
    if (!isSuccess(status)) throw this.#exceptionOf(call, response);
    throw exceptionOfUnreadable(body, status, this.#config.clientId);
  }

  #exceptionOf(call: Call, response: CryptofuseResponse): Error {
    const { status, headers, body, isDoubtful = false } = response;
    endBody(body);
    const readable = body instanceof UnreadableBody ? undefined : body;
    return exceptionOfAnswer({
      status,
      error: readErrorBody(readable, status, this.#redactor),
      limit: readRateLimit(headers, this.#skew.readingTime()),
      retryAfter: requestedPause(call, response, this.#skew),
      clientId: this.#config.clientId,
      refusedTokenHint: this.#skew.refusedTokenHint,
      replayHint: replayHint(call, response, this.#skew),
      isDoubtful,
    });
  }
}

/** Sends a call whose body is ended with it. */
async function sentWithBody(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
  adoptBody(call.body);
  try {
    return await next(call);
  } catch (error) {
    if (call.signal?.aborted === true) endBody(call.body);
    throw error;
  }
}
