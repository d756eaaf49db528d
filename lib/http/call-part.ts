import type { RequestOutcome } from '../exceptions/exception-facts.js';
import type { EndSignal } from '../transport/end-signal.js';
import { onAbort } from '../transport/on-abort.js';
import { RequestEnd } from '../transport/request-end.js';
import type { Placed } from '../transport/swap-list.js';

/** A part of a call that can be ended before its time: by the call's own signal, by the client's end, by what it waits for. */
export abstract class CallPart extends RequestEnd implements Placed {
  /** Among the {@link CallsInFlight}. */
  place = -1;
  #stopListening: (() => void) | undefined = undefined;

  /** What may have become of the request where the part ends now. */
  abstract get outcome(): RequestOutcome;

  /** Aborts it when `signal` is aborted, for the same reason, until it is released. */
  endWith(signal: EndSignal): void {
    this.#stopListening = onAbort(signal, () => {
      this.abort(signal.reason);
    });
  }

  /** Has the signal end it no more: it is over. */
  release(): void {
    this.#stopListening?.();
  }
}
