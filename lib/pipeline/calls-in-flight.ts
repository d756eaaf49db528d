import { clientClosed } from '../exceptions/cryptofuse-exceptions.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { SwapList } from '../transport/cancellation.js';
import type { WorkInFlight } from '../transport/work-in-flight.js';
import type { AbortableStage } from './attempt.js';

/** The parts of all calls that are in flight, so that closing the client can abort them. */
export class CallsInFlight {
  readonly #parts = new SwapList<AbortableStage>();
  #closed = false;
  #longestPause = Infinity;

  constructor(
    /** Milliseconds that calls in flight get when the application shuts down. */
    private readonly drainTimeout: number,
    private readonly work: WorkInFlight,
  ) {}

  /** Whether the client is closed, so that no call may start. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The longest pause that a call may enter, for a retry or its quota, in milliseconds. */
  get longestPause(): number {
    return this.#longestPause;
  }

  /** Limits pauses to the time that calls get when the application shuts down. */
  limitPauses(): void {
    this.#longestPause = this.drainTimeout;
  }

  /** Aborts `part` when `signal` is aborted or the client closes; at once if it is closed already. */
  enter(part: AbortableStage, signal: AbortSignalLike | undefined): void {
    if (this.#closed) {
      this.#end(part);
      return;
    }
    this.#parts.add(part);
    this.work.begin();
    if (signal !== undefined) part.endWith(signal);
  }

  /** Removes `part`, so that nothing aborts it any more; does nothing the second time. */
  leave(part: AbortableStage): void {
    if (this.#parts.remove(part)) this.work.end();
    part.release();
  }

  /** Aborts every call. */
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
