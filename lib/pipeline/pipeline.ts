import type { CryptofuseResponse } from '../contracts/interceptor.js';
import type { Call } from '../request/call.js';
import type { Attempt } from './attempt.js';

/** The rest of the pipeline for a call or an attempt. */
export type Next<What> = (what: What) => Promise<CryptofuseResponse>;

/** One step of the pipeline. */
export interface Step<What> {
  intercept(what: What, next: Next<What>): Promise<CryptofuseResponse>;
}

/** Returns a function that runs `steps` in order, then `last`. Composed once, not per call. */
export function compose<What>(steps: readonly Step<What>[], last: Next<What>): Next<What> {
  return steps.reduceRight<Next<What>>((next, step) => (what) => step.intercept(what, next), last);
}

/** The step between the two halves of the pipeline: starts one attempt of a call. */
export interface AttemptStep {
  intercept(call: Call, next: Next<Attempt>): Promise<CryptofuseResponse>;
}

/** The last step, which sends an attempt to the wire. */
interface LastStep {
  intercept(attempt: Attempt): Promise<CryptofuseResponse>;
}

/** All steps of a request: those that handle the call, then `attempt`, then those that handle each attempt. */
export class Pipeline {
  /** Sends a call through all steps. */
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
