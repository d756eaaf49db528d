import { LeasedMap } from './leased-map.js';
import { OriginLease } from './origin-lease.js';
import { RequestBudget } from './request-budget.js';
import type { Transport, TransportFactory } from './transport.js';

/** What all clients of one origin share: sockets and the budget of the token endpoint, tokens never. */
class OriginRegistry {
  readonly #budgets = new LeasedMap<RequestBudget>();
  readonly #transports = new WeakMap<TransportFactory, LeasedMap<Transport>>();

  /** Returns a share in the origin of `baseUrl`, with the transport that `factory` makes for it. */
  lease(factory: TransportFactory, baseUrl: string, proxy: string | undefined): OriginLease {
    const { origin } = new URL(baseUrl);
    const key = JSON.stringify([origin, proxy]);
    const transports = this.#transportsOf(factory);
    const transport = transports.take(key, () => factory({ origin, proxy }));
    const budget = this.#budgets.take(origin, () => new RequestBudget());
    return new OriginLease(transport, budget, () => {
      this.#budgets.giveBack(origin);
      transports.giveBack(key)?.close();
    });
  }

  #transportsOf(factory: TransportFactory): LeasedMap<Transport> {
    const transports = this.#transports.get(factory) ?? new LeasedMap<Transport>();
    this.#transports.set(factory, transports);
    return transports;
  }
}

/** The registry of this process: all that the package keeps outside a client. */
export const originRegistry = new OriginRegistry();
