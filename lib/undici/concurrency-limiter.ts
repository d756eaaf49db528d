import { AsyncResource } from 'node:async_hooks';

/** A request that waits for its place at a {@link ConcurrencyLimiter}. */
export interface QueuedRequest {
  /** The request behind it in the queue. */
  next: QueuedRequest | undefined;
  /** Async context of its call while it waits: another call makes room for it. */
  context: AsyncResource | undefined;
  /** Called once, when it has its place, which {@link ConcurrencyLimiter.leave} gives back. Must not throw. */
  start(): void;
}

/**
 * Limits how many requests run at a time, first come, first served. undici has a queue of its own, but allocates for each
 * request in it: with a thousand under way, collecting that would be most of what a call costs.
 */
export class ConcurrencyLimiter {
  #running = 0;
  #first: QueuedRequest | undefined;
  #last: QueuedRequest | undefined;
  #isStarting = false;

  constructor(private readonly size: number) {}

  /** Whether a request may ever have to wait. */
  get isLimited(): boolean {
    return this.size !== Infinity;
  }

  /** Starts `waiting` when its turn has come: at once if there is room. */
  enter(waiting: QueuedRequest): void {
    if (this.#hasToWait) waiting.context = new AsyncResource('CryptofuseRequest');
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#startWaiting();
  }

  /** Makes room for the next one. */
  leave(): void {
    this.#running -= 1;
    this.#startWaiting();
  }

  /** A request that ends at once re-enters here: the loop keeps a crowd of them off the stack. */
  #startWaiting(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    while (this.#running < this.size) {
      const next = this.#next();
      if (next === undefined) break;
      this.#running += 1;
      startIn(next);
    }
    this.#isStarting = false;
  }

  get #hasToWait(): boolean {
    return this.#isStarting || this.#first !== undefined || this.#running >= this.size;
  }

  #next(): QueuedRequest | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#first = first.next;
    if (this.#first === undefined) this.#last = undefined;
    // Otherwise a promoted request would retain those behind it.
    first.next = undefined;
    return first;
  }
}

/** Starts `next` in the async context of its call. */
function startIn(next: QueuedRequest): void {
  const { context } = next;
  if (context === undefined) {
    next.start();
    return;
  }
  context.runInAsyncScope(() => {
    next.start();
  });
}
