/** Kept from the start: the fake timers of a test must not hold up the end of an application. */
const nextTick = process.nextTick.bind(process);

/** Counts what an application still waits for, so that the end of its client can wait for it too. */
export class WorkInFlight {
  #count = 0;
  #onIdle = (): void => undefined;

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onIdle();
  }

  /** Resolves to what `run` does, and counts it until then. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await run();
    } finally {
      this.end();
    }
  }

  /** Returns whether nothing is in flight. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** Resolves once nothing is in flight any more. */
  async untilIdle(): Promise<void> {
    while (!this.isIdle) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      // What follows on a response, a retry or the caller's next call, begins before this.
      await new Promise<void>((resolve) => {
        nextTick(resolve);
      });
    }
  }
}
