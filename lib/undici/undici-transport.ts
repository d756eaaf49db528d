import { withCleanPrototype } from '../config/clean-prototype.js';
import type {
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from '../transport/transport.js';
import { dispatched } from './dispatched-answer.js';
import { ownConnector } from './own-connector.js';
import { ownPool } from './own-pool.js';
import { proxied, type Line } from './proxied.js';
import type { UndiciTransportOptions } from './undici-transport-options.js';

const CONNECTIONS = 64;
/** Token requests have connections of their own. */
const TOKEN_CONNECTIONS = 8;

/** The transport over undici, for applications that count the cost of a call. */
class UndiciTransport implements Transport {
  readonly #lines: Readonly<Record<TransportLane, Line>>;
  readonly #origin: string;

  constructor({ origin, proxy }: TransportSettings, options: UndiciTransportOptions) {
    const { dispatcher, connections = CONNECTIONS } = options;
    const lineOf = (size: number): Line =>
      dispatcher === undefined
        ? makeLine(origin, proxy, { ...options, connections: size })
        : { dispatcher, close: () => undefined };
    this.#origin = origin;
    this.#lines = { api: lineOf(connections), token: lineOf(TOKEN_CONNECTIONS) };
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    return dispatched(this.#lines[request.lane].dispatcher, this.#origin, request);
  }

  close(): void {
    for (const line of Object.values(this.#lines)) line.close();
  }
}

function makeLine(
  origin: string,
  proxy: string | undefined,
  {
    connections,
    pipelining,
    keepAliveTimeout,
    keepAliveMaxTimeout,
  }: UndiciTransportOptions & { readonly connections: number },
): Line {
  const options = {
    connections,
    pipelining: pipelining ?? 1,
    allowH2: false,
    // The call's own deadline ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(keepAliveTimeout !== undefined && { keepAliveTimeout }),
    ...(keepAliveMaxTimeout !== undefined && { keepAliveMaxTimeout }),
  };
  if (proxy !== undefined) return proxied(origin, proxy, options);
  const pool = ownPool(origin, options, ownConnector());
  return {
    dispatcher: pool,
    close: () => {
      void pool.destroy();
    },
  };
}

/**
 * Returns the transport over undici for the option `transport`. Answers, failures, limits and streams are
 * those of the default transport; a call costs a fraction.
 */
export function undiciTransport(options: UndiciTransportOptions = {}): TransportFactory {
  return (settings) => withCleanPrototype(() => new UndiciTransport(settings, options));
}
