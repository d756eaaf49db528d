import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock/clock.js';
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
import { replayHint } from '../replay-hint.js';

/** First of the way: makes a typed exception of every answer that is an error. */
@Injectable()
export class CryptofuseErrorInterceptor implements Step<Call> {
  readonly #config: CryptofuseConfig;
  readonly #redactor: SecretRedactor;
  readonly #clock: Clock;
  readonly #skew: ClockSkew;

  constructor(config: CryptofuseConfig, redactor: SecretRedactor, clock: Clock, skew: ClockSkew) {
    this.#config = config;
    this.#redactor = redactor;
    this.#clock = clock;
    this.#skew = skew;
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    const answer = call.body === undefined ? next(call) : sentWithBody(call, next);
    return answer.then((response) => this.#checked(call, response));
  }

  #checked(call: Call, response: CryptofuseResponse): CryptofuseResponse {
    if (!call.accepts(response.status)) throw this.#exceptionOf(call, response);
    if (!(response.body instanceof UnreadableBody)) return response;
    throw exceptionOfUnreadable(response.body, response.status, this.#config.clientId);
  }

  #exceptionOf(call: Call, response: CryptofuseResponse): Error {
    const { status, headers, body, isDoubtful = false } = response;
    const readable = body instanceof UnreadableBody ? undefined : body;
    return exceptionOfAnswer({
      status,
      error: readErrorBody(readable, status, this.#redactor),
      limit: readRateLimit(headers, this.#clock.now()),
      clientId: this.#config.clientId,
      refusedTokenHint: this.#skew.refusedTokenHint,
      replayHint: replayHint(call, response, this.#clock.now()),
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
