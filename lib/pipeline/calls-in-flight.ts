import { clientClosed } from '../exceptions/cryptofuse-exceptions.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { SwapList } from '../transport/cancellation.js';
import type { WorkInFlight } from '../transport/work-in-flight.js';
import type { AbortableStage } from './attempt.js';

/** What of all calls is under way, so that the end of the client can end it. */
export class CallsInFlight {
  readonly #parts = new SwapList<AbortableStage>();
  #closed = false;
  #longestPause = Infinity;

  constructor(
    /** Milliseconds that calls in flight get at the application's end. */
    private readonly drainTimeout: number,
    private readonly work: WorkInFlight,
  ) {}

  /** Whether the client was closed: no call may start. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The longest pause that a call may enter, for a retry or its quota, in milliseconds. */
  get longestPause(): number {
    return this.#longestPause;
  }

  /** Has no call enter a pause that is longer than what it gets once the application ends. */
  limitPauses(): void {
    this.#longestPause = this.drainTimeout;
  }

  /** Has `part` end with `signal`, and with the client: at once if that is closed. */
  enter(part: AbortableStage, signal: AbortSignalLike | undefined): void {
    if (this.#closed) {
      this.#end(part);
      return;
    }
    this.#parts.add(part);
    this.work.begin();
    if (signal !== undefined) part.endWith(signal);
  }

  /** Has nothing end `part` any more; harmless a second time. */
  leave(part: AbortableStage): void {
    if (this.#parts.remove(part)) this.work.end();
    part.release();
  }

  /** Ends every call. */
  close(): void {
    this.#closed = true;
    this.#parts.drain((part) => {
      this.work.end();
      this.#end(part);
    });
  }

  #end(part: AbortableStage): void {
    part.abort(clientClosed(part.call.account.credentials.clientId, part.outcome));
  }
}
