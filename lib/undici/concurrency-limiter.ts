import { AsyncResource } from 'node:async_hooks';

/** Who waits at a {@link Turnstile}. */
export interface Waiting {
  /** Who came next, while both wait. */
  behind: Waiting | undefined;
  /** That of its call, while it waits: whoever makes room for it is another one. */
  context: AsyncResource | undefined;
  /** Called once, when it is through: it owes a {@link Turnstile.leave}. Must not throw. */
  start(): void;
}

/**
 * Lets so many through at a time, first come, first served. undici has a queue of its own, but a request that waits there
 * is made ready for it, and grows old: collecting that would be most of what a call costs where a thousand are under way.
 */
export class ConcurrencyLimiter {
  #through = 0;
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #isTurning = false;

  constructor(private readonly size: number) {}

  /** Whether anybody may ever have to wait. */
  get isLimited(): boolean {
    return this.size !== Infinity;
  }

  /** Starts `waiting` when its turn has come: at once where there is room. */
  enter(waiting: Waiting): void {
    if (this.#hasToWait) waiting.context = new AsyncResource('CryptofuseRequest');
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.behind = waiting;
    this.#last = waiting;
    this.#turn();
  }

  /** Makes room for the next one. */
  leave(): void {
    this.#through -= 1;
    this.#turn();
  }

  /** One that ends at once comes back in here: in a loop, a crowd of them is no depth of calls. */
  #turn(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    while (this.#through < this.size) {
      const next = this.#next();
      if (next === undefined) break;
      this.#through += 1;
      startIn(next);
    }
    this.#isTurning = false;
  }

  get #hasToWait(): boolean {
    return this.#isTurning || this.#first !== undefined || this.#through >= this.size;
  }

  #next(): Waiting | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#first = first.behind;
    if (this.#first === undefined) this.#last = undefined;
    // What has grown old must not hold those who came later.
    first.behind = undefined;
    return first;
  }
}

/** Starts `next` in the async context of its call. */
function startIn(next: Waiting): void {
  const { context } = next;
  if (context === undefined) {
    next.start();
    return;
  }
  context.runInAsyncScope(() => {
    next.start();
  });
}
