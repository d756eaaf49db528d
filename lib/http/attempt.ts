import type { RequestOutcome } from '../exceptions/exception-facts.js';
import type { EndSignal } from '../transport/end-signal.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';

/** What an attempt waits for. */
export type AttemptStage = 'token' | 'body' | 'answer' | 'cure';

/** What may have become of the request where the attempt ends there. */
export const OUTCOME_AT: Readonly<Record<AttemptStage, RequestOutcome>> = {
  token: 'not-sent',
  body: 'not-sent',
  answer: 'unknown',
  cure: 'refused',
};

/** One attempt of a call. */
export interface Attempt {
  stage: AttemptStage;
  /** When it ends at the latest, by the monotonic clock in milliseconds. */
  readonly deadline: number;
}

/** A request behind the step that begins an attempt. */
export interface AttemptRequest extends Omit<CryptofuseRequest, 'signal'> {
  /** Ends the attempt: with the call's own signal, its deadline, or the client. */
  readonly signal: EndSignal;
  readonly attempt: Attempt;
}
