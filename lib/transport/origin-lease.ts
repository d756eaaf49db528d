import type { RequestBudget } from './request-budget.js';
import type { Transport } from './transport.js';

/** A share in what all clients of an origin have together. */
export class OriginLease {
  #release: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
    /** Of the token endpoint. */
    readonly budget: RequestBudget,
    release: () => void,
  ) {
    this.#release = release;
  }

  /** Gives the share back; the last one closes the sockets. Harmless a second time. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
