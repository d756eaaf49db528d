import type { CryptofuseResponse } from '../contracts/interceptor.js';
import type { Call } from '../request/call.js';
import type { Attempt } from './attempt.js';

/** The rest of the way of a `What`: a call, or an attempt of one. */
export type Next<What> = (what: What) => Promise<CryptofuseResponse>;

/** One step of the way. */
export interface Step<What> {
  intercept(what: What, next: Next<What>): Promise<CryptofuseResponse>;
}

/** Returns the way through `steps`, in their order, to `last`. Composed once, not per call. */
export function compose<What>(steps: readonly Step<What>[], last: Next<What>): Next<What> {
  return steps.reduceRight<Next<What>>((next, step) => (what) => step.intercept(what, next), last);
}

/** The step between the two halves of the way: each call is one attempt or more. */
export interface AttemptStep {
  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse>;
}

/** The end of the way, where an attempt goes to the wire. */
export interface LastStep {
  intercept(attempt: Attempt): Promise<CryptofuseResponse>;
}

/** The whole way of a request: what works on the call, and behind `attempt` what works on each attempt. */
export class Pipeline {
  /** Sends a call all the way. */
  readonly send: Next<Call>;

  constructor(
    onCall: readonly Step<Call>[],
    attempt: AttemptStep,
    onAttempt: readonly Step<Attempt>[],
    last: LastStep,
  ) {
    const sendAttempt = compose(onAttempt, (attempt: Attempt) => last.intercept(attempt));
    this.send = compose(onCall, (call) => attempt.intercept(call, sendAttempt));
  }
}
