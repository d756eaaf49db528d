import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import { compose, type Next, type Step } from './compose.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';

/** The step between the two halves of the way: each call is one attempt or more. */
export interface AttemptStep {
  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse>;
}

/** The whole way of a request: what works on the call, and behind `attempt` what works on each attempt. */
export class Pipeline {
  /** Sends a call all the way. */
  readonly send: Next<Call>;

  constructor(
    onCall: readonly Step<Call>[],
    attempt: AttemptStep,
    onAttempt: readonly Step<Attempt>[],
    send: Next<Attempt>,
  ) {
    const sendAttempt = compose(onAttempt, send);
    this.send = compose(onCall, (call) => attempt.intercept(call, sendAttempt));
  }
}
