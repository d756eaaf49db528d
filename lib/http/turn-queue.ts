import type { EndSignal } from '../transport/end-signal.js';
import { untilAborted } from '../transport/until-aborted.js';

const NOBODY = Promise.resolve();

/** Lets tasks run one after the other, first come, first served. */
export class TurnQueue {
  #last: Promise<void> = NOBODY;
  #length = 0;

  /** Tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives the turn up and rejects with its reason. */
  async run<T>(task: () => Promise<T>, signal: EndSignal): Promise<T> {
    const before = this.#last;
    let finish = (): void => undefined;
    this.#last = new Promise((resolve) => {
      finish = resolve;
    });
    this.#length += 1;
    try {
      await untilAborted(before, signal);
      return await task();
    } finally {
      this.#length -= 1;
      // Whoever gives up lets nobody overtake those before.
      void before.then(finish);
      // A promise keeps the async context of the call that made it.
      if (this.#length === 0) this.#last = NOBODY;
    }
  }
}
