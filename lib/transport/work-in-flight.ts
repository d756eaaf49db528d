/** Saved at load time, so that a test's fake timers cannot block the application's shutdown. */
const nextTick = process.nextTick.bind(process);

/** Counts the application's pending operations, so that closing the client can wait for them. */
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

  /** Runs `run`, and counts it as in flight until it settles. */
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

  /** Resolves when nothing is in flight. */
  async untilIdle(): Promise<void> {
    while (!this.isIdle) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      // A retry, or the caller's next call, starts before this tick.
      await new Promise<void>((resolve) => {
        nextTick(resolve);
      });
    }
  }
}
