import { Injectable } from '@nestjs/common';
import type { EndSignal } from '../transport/end-signal.js';
import { ListenerList } from '../transport/listener-list.js';
import { onAbort } from '../transport/on-abort.js';
import type { RequestEnd } from '../transport/request-end.js';

/** Ends a call, or the part of it that entered. */
export type EndCall = () => void;

/** The calls under way, so that the end of the client can end them. */
@Injectable()
export class CallsInFlight {
  readonly #calls = new ListenerList();
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
    return this.#calls.add(endCall);
  }

  /** Aborts `end` with `signal`, and with `closed()` when the client is closed; returns the way to stop that. */
  endWith(signal: EndSignal | undefined, end: RequestEnd, closed: () => unknown): () => void {
    const leave = this.enter(() => {
      end.abort(closed());
    });
    if (signal === undefined) return leave;
    const stop = onAbort(signal, () => {
      end.abort(signal.reason);
    });
    return () => {
      leave();
      stop();
    };
  }

  /** Ends every call. */
  close(): void {
    this.#closed = true;
    this.#calls.callAll();
  }
}
