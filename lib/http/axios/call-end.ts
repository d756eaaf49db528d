import { onAbort } from '../../transport/on-abort.js';
import { RequestEnd } from '../../transport/request-end.js';

/** Ends one plain call: with the signal that it states, or once its subscriber has gone. */
export class CallEnd extends RequestEnd {
  #isSettled = false;
  readonly #stop: (() => void) | undefined;

  constructor(stated: AbortSignal | undefined) {
    super();
    this.#stop =
      stated &&
      onAbort(stated, () => {
        this.abort(stated.reason);
      });
  }

  /** Has nothing end the call any more: it has ended. */
  settle(): void {
    this.#isSettled = true;
    this.#stop?.();
  }

  /** Called by the subscription, also behind the call's end. */
  unsubscribe(): void {
    if (this.#isSettled) return;
    this.abort(new DOMException('This operation was aborted', 'AbortError'));
  }
}
