import type { Transport, TransportFactory } from './transport.js';
import { TransportLease } from './transport-lease.js';

interface SharedTransport {
  readonly transport: Transport;
  leases: number;
}

/** What all clients of one origin share. Sockets belong to an origin, tokens never. */
class OriginRegistry {
  readonly #transports = new Map<TransportFactory, Map<string, SharedTransport>>();

  /** Returns a share in the transport that `factory` makes for the origin of `baseUrl`. */
  lease(factory: TransportFactory, baseUrl: string, proxy: string | undefined): TransportLease {
    const origins = this.#originsOf(factory);
    const key = JSON.stringify([new URL(baseUrl).origin, proxy]);
    const shared = origins.get(key) ?? { transport: factory({ proxy }), leases: 0 };
    shared.leases += 1;
    origins.set(key, shared);
    return new TransportLease(shared.transport, () => {
      shared.leases -= 1;
      if (shared.leases > 0) return;
      origins.delete(key);
      if (origins.size === 0) this.#transports.delete(factory);
      shared.transport.close();
    });
  }

  #originsOf(factory: TransportFactory): Map<string, SharedTransport> {
    const origins = this.#transports.get(factory) ?? new Map<string, SharedTransport>();
    this.#transports.set(factory, origins);
    return origins;
  }
}

/** The registry of this process: all that the package keeps outside a client. */
export const originRegistry = new OriginRegistry();
