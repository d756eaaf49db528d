import type { Transport } from './transport.js';

/** A share in the transport of an origin. */
export class TransportLease {
  #release: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
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
