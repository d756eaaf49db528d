import type { DeadlineQueue, Timed } from '../clock/deadline-queue.js';
import type { RequestOutcome } from '../exceptions/exception-facts.js';
import type { IssuedToken } from '../token/issued-token.js';
import type { Call } from './call.js';
import { CallPart } from './call-part.js';

/** What an attempt waits for. */
export type AttemptStage = 'token' | 'body' | 'answer' | 'cure';

/** What may have become of the request where the attempt ends there. */
export const OUTCOME_AT: Readonly<Record<AttemptStage, RequestOutcome>> = {
  token: 'not-sent',
  body: 'not-sent',
  answer: 'unknown',
  cure: 'refused',
};

/**
 * One attempt of a call, from its begin to its end: where it goes, with which token, and how far it has come. It is
 * aborted with the call's own signal, by its deadline, or by the client's end.
 */
export class Attempt extends CallPart implements Timed<Attempt> {
  stage: AttemptStage = 'token';
  /** Absolute; a redirect changes it. */
  url: string;
  /** The token it is sent with; `undefined` until there is one. */
  issued: IssuedToken | undefined = undefined;
  queue: DeadlineQueue<Attempt> | undefined = undefined;
  earlier: Attempt | undefined = undefined;
  later: Attempt | undefined = undefined;

  constructor(
    readonly call: Call,
    /** When it ends at the latest, by the monotonic clock in milliseconds. */
    public deadline: number,
  ) {
    super();
    this.url = call.url;
  }

  get outcome(): RequestOutcome {
    return OUTCOME_AT[this.stage];
  }
}
