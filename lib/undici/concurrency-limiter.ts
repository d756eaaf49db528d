import { AsyncResource } from 'node:async_hooks';

/** A request in the queue of a {@link ConcurrencyLimiter}. */
export interface QueuedRequest {
  /** The request behind it in the queue. */
  next: QueuedRequest | undefined;
  /** The async context of its call while it waits, because another call will start it. */
  context: AsyncResource | undefined;
  /** Called once, when the request has a slot, which {@link ConcurrencyLimiter.leave} releases. Must not throw. */
  start(): void;
}

/**
 * Limits how many requests run at a time, first come, first served. undici has its own queue, but allocates for each
 * request in it; with a thousand in flight, garbage collection would be most of a call's cost.
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

  /** Starts `waiting` when its turn comes, immediately if a slot is free. */
  enter(waiting: QueuedRequest): void {
    if (this.#hasToWait) waiting.context = new AsyncResource('CryptofuseRequest');
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#startWaiting();
  }

  /** Releases a slot and starts the next request. */
  leave(): void {
    this.#running -= 1;
    this.#startWaiting();
  }

  /** Starts waiting requests in a loop: one that ends at once re-enters here, and recursion could overflow. */
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
    // Otherwise a request promoted by the garbage collector would retain those after it.
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
