/** Milliseconds between measurements, each of which collects all garbage. */
const LOOK_PAUSE = 200;

/** Measures how much memory has been retained since it was created, without garbage. */
export class GrowthWatch {
  readonly #before = held();
  #peak = 0;
  readonly #timer = setInterval(() => {
    this.#look();
  }, LOOK_PAUSE);

  /** Stops measuring. Returns the most bytes retained at once, and those retained now. */
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
