/** Milliseconds; each look collects all garbage. */
const LOOK_PAUSE = 200;

/** Watches how much more memory is held than when it began; garbage does not count. */
export class GrowthWatch {
  readonly #before = held();
  #peak = 0;
  readonly #timer = setInterval(() => {
    this.#look();
  }, LOOK_PAUSE);

  /** Ends the watch. Bytes beyond those held before: at most, and now. */
  stop(): { readonly peak: number; readonly growth: number } {
    clearInterval(this.#timer);
    return { growth: this.#look(), peak: this.#peak };
  }

  #look(): number {
    const growth = held() - this.#before;
    this.#peak = Math.max(this.#peak, growth);
    return growth;
  }
}

function held(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
