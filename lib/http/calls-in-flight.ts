import { Injectable } from '@nestjs/common';
import { onAbort } from '../transport/on-abort.js';

/** Ends a call, or the part of it that entered. */
export type EndCall = () => void;

/** What ends a part of a call before its time. */
export interface CallEnd {
  readonly controller: AbortController;
  /** Stops listening to what would end it. */
  readonly release: () => void;
}

/** The calls under way, so that the end of the client can end them. */
@Injectable()
export class CallsInFlight {
  readonly #calls = new Set<EndCall>();
  #closed = false;

  /** Whether the client was closed: no call may start. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Adds a call; returns the way to take it out. */
  enter(end: EndCall): () => void {
    this.#calls.add(end);
    return () => {
      this.#calls.delete(end);
    };
  }

  /** Returns what is aborted with `signal`, or with `closed()` when the client is closed. */
  endOf(signal: AbortSignal | undefined, closed: () => unknown): CallEnd {
    const controller = new AbortController();
    const leave = this.enter(() => {
      controller.abort(closed());
    });
    if (signal === undefined) return { controller, release: leave };
    const stop = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    const release = (): void => {
      leave();
      stop();
    };
    return { controller, release };
  }

  /** Ends every call. */
  close(): void {
    this.#closed = true;
    for (const end of this.#calls) end();
    this.#calls.clear();
  }
}
