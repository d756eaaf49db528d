import { Injectable } from '@nestjs/common';
import { onAbort } from '../transport/on-abort.js';
import { RequestEnd } from '../transport/request-end.js';

/** Ends a call, or the part of it that entered. */
export type EndCall = () => void;

/** What ends a part of a call before its time. */
export interface CallEnd {
  readonly end: RequestEnd;
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

  /** Adds a call, or ends it at once where the client was closed; returns the way to take it out. */
  enter(endCall: EndCall): () => void {
    if (this.#closed) {
      endCall();
      return () => undefined;
    }
    this.#calls.add(endCall);
    return () => {
      this.#calls.delete(endCall);
    };
  }

  /** Returns what is aborted with `signal`, or with `closed()` when the client is closed. */
  endOf(signal: AbortSignal | undefined, closed: () => unknown): CallEnd {
    const end = new RequestEnd();
    const leave = this.enter(() => {
      end.abort(closed());
    });
    if (signal === undefined) return { end, release: leave };
    const stop = onAbort(signal, () => {
      end.abort(signal.reason);
    });
    const release = (): void => {
      leave();
      stop();
    };
    return { end, release };
  }

  /** Ends every call. */
  close(): void {
    this.#closed = true;
    for (const endCall of this.#calls) endCall();
    this.#calls.clear();
  }
}
