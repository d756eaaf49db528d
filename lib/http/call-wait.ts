import type { RequestOutcome } from '../exceptions/exception-facts.js';
import { CallPart } from './call-part.js';

/** A wait of a call beside its attempts: before the first, between two, or around them. */
export class CallWait extends CallPart {
  constructor(readonly outcome: RequestOutcome) {
    super();
  }
}
