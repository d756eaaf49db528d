import type { AttemptRequest } from './attempt.js';
import { compose, type Next, type Step } from './compose.js';
import type { CryptofuseNext } from './cryptofuse-interceptor.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';

/** The step between the two halves of the way: each call is one attempt or more. */
export interface AttemptStep {
  intercept(request: CryptofuseRequest, next: Next<AttemptRequest>): Promise<CryptofuseResponse>;
}

/** The whole way of a request: what works on the call, and behind `attempt` what works on each attempt. */
export class Pipeline {
  /** Sends a request all the way. */
  readonly send: CryptofuseNext;

  constructor(
    call: readonly Step<CryptofuseRequest>[],
    attempt: AttemptStep,
    wire: readonly Step<AttemptRequest>[],
    send: Next<AttemptRequest>,
  ) {
    const sendAttempt = compose(wire, send);
    this.send = compose(call, (request) => attempt.intercept(request, sendAttempt));
  }
}
