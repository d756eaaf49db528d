import { Injectable } from '@nestjs/common';
/** Ends a call with a reason. */
export type EndCall = (reason: unknown) => void;

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

  /** Ends every call with a reason of its own. */
  close(reason: () => unknown): void {
    this.#closed = true;
    for (const end of this.#calls) end(reason());
    this.#calls.clear();
  }
}
