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
import type { Line } from './line.js';
import { proxied, type Connections } from './proxied.js';
import { Turnstile } from './turnstile.js';
import type { UndiciTransportOptions } from './undici-transport-options.js';

const CONNECTIONS = 64;
/** Token requests have connections of their own. */
const TOKEN_CONNECTIONS = 8;

type OwnLine = Line & Pick<Connections, 'close'>;
type LineOptions = UndiciTransportOptions & { readonly connections: number };

/** The transport over undici, for applications that count the cost of a call. */
class UndiciTransport implements Transport {
  readonly #lines: Readonly<Record<TransportLane, OwnLine>>;

  constructor(settings: TransportSettings, options: UndiciTransportOptions) {
    const { connections = CONNECTIONS } = options;
    this.#lines = {
      api: lineOf(settings, { ...options, connections }),
      token: lineOf(settings, { ...options, connections: TOKEN_CONNECTIONS }),
    };
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    return dispatched(this.#lines[request.lane], request);
  }

  close(): void {
    for (const line of Object.values(this.#lines)) line.close();
  }
}

function lineOf({ origin, proxy }: TransportSettings, options: LineOptions): OwnLine {
  const { dispatcher, connections, pipelining = 1 } = options;
  if (dispatcher !== undefined) {
    const close = (): void => undefined;
    return { origin, dispatcher, turnstile: new Turnstile(Infinity), close };
  }
  const turnstile = new Turnstile(roomOf(connections, pipelining));
  return { origin, turnstile, ...connected(origin, proxy, { ...options, pipelining }) };
}

/** How many requests undici has under way at most; 0 connections are no limit to it. */
function roomOf(connections: number, pipelining: number): number {
  return connections > 0 ? connections * (pipelining > 1 ? pipelining : 1) : Infinity;
}

function connected(
  origin: string,
  proxy: string | undefined,
  { connections, pipelining, keepAliveTimeout, keepAliveMaxTimeout }: LineOptions,
): Connections {
  const options = {
    connections,
    pipelining,
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
