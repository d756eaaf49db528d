import type { Dispatcher } from 'undici';
import { withoutPrototype } from '../transport/node-http.js';
import { memberOf } from '../transport/transport-failure.js';
import {
  CONNECTIONS_RULE,
  REQUESTS_RULE,
  sharedFactory,
  TIME_RULE,
  transportOptions,
} from '../transport/transport-options.js';
import type {
  Transport,
  TransportFactory,
  TransportLane,
  TransportRequest,
  TransportResponse,
  TransportSettings,
} from '../contracts/transport.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import { ConnectionAttempts, type Route, isolatedConnector, isolatedPool } from './connections.js';
import { type Connections, connectThroughProxy } from './proxy.js';
import { dispatchRequest } from './responses.js';

/** Connection options of `undiciTransport`. */
export interface UndiciTransportOptions {
  /** Maximum connections to the API, 0 for no limit; further calls wait for one. Default: 64. */
  readonly connections?: number;
  /** Maximum requests in flight per connection. Default: 1; use more only if the API is known to support it. */
  readonly pipelining?: number;
  /** Milliseconds an idle connection is kept if the server sends no hint. Default: 4 000. */
  readonly keepAliveTimeout?: number;
  /** Maximum milliseconds an idle connection is kept, whatever the server's hint. Default: 600 000. */
  readonly keepAliveMaxTimeout?: number;
  /**
   * The application's own dispatcher, such as a mock, for calls and token requests. It is not closed by the transport;
   * neither `proxy` nor the options above apply to it.
   */
  readonly dispatcher?: Dispatcher;
}

const CONNECTIONS = 64;
/** Token requests use separate connections. */
const TOKEN_CONNECTIONS = 8;

type ClosableRoute = Route & Pick<Connections, 'close'>;
type RouteOptions = UndiciTransportOptions & { readonly connections: number };

/** The transport over undici, for applications that need cheap calls. */
class UndiciTransport implements Transport {
  readonly #routes: Readonly<Record<TransportLane, ClosableRoute>>;

  constructor(settings: TransportSettings, options: UndiciTransportOptions) {
    const { connections = CONNECTIONS } = options;
    const routeFor = (most: number): ClosableRoute =>
      createRoute(settings, withoutPrototype({ ...options, connections: most }));
    this.#routes = { api: routeFor(connections), token: routeFor(TOKEN_CONNECTIONS) };
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    return dispatchRequest(this.#routes[request.lane], request);
  }

  close(): void {
    for (const route of Object.values(this.#routes)) route.close();
  }
}

function createRoute({ origin, proxy }: TransportSettings, options: RouteOptions): ClosableRoute {
  const { dispatcher, connections, pipelining = 1 } = options;
  if (dispatcher !== undefined) {
    const limiter = new ConcurrencyLimiter(Infinity);
    const close = (): void => undefined;
    return { origin, dispatcher, peer: 'server', attempts: undefined, limiter, close };
  }
  const limiter = new ConcurrencyLimiter(roomOf(connections, pipelining));
  const attempts = new ConnectionAttempts();
  const made = connect(origin, proxy, withoutPrototype({ ...options, pipelining }), attempts);
  const close = (): void => {
    made.close();
    attempts.cancelAll();
  };
  return { origin, limiter, attempts, ...made, close };
}

/** Returns the maximum number of requests in flight; 0 connections means no limit. */
function roomOf(connections: number, pipelining: number): number {
  return connections > 0 ? connections * (pipelining > 1 ? pipelining : 1) : Infinity;
}

function connect(
  origin: string,
  proxy: string | undefined,
  { connections, pipelining, keepAliveTimeout, keepAliveMaxTimeout }: RouteOptions,
  attempts: ConnectionAttempts,
): Connections {
  const options = {
    connections,
    pipelining,
    allowH2: false,
    // The call's own deadline applies.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(keepAliveTimeout !== undefined && { keepAliveTimeout }),
    ...(keepAliveMaxTimeout !== undefined && { keepAliveMaxTimeout }),
  };
  if (proxy !== undefined) return connectThroughProxy(origin, proxy, options, attempts);
  const pool = isolatedPool(origin, options, attempts.tracked(isolatedConnector()));
  return {
    dispatcher: pool,
    peer: 'server',
    close: () => {
      void pool.destroy();
    },
  };
}

const RULES = {
  connections: CONNECTIONS_RULE,
  pipelining: REQUESTS_RULE,
  keepAliveTimeout: TIME_RULE,
  keepAliveMaxTimeout: TIME_RULE,
  dispatcher: {
    holds: (value: unknown) => typeof memberOf(value, 'dispatch') === 'function',
    remedy: 'must be a dispatcher of undici, such as an Agent or a MockAgent',
  },
};

/**
 * Returns the undici transport, for the option `transport`. Responses, failures, limits and streams are the same as with
 * the default transport, at a fraction of the cost. Clients with the same origin, proxy and options share their
 * connections.
 *
 * ```ts
 * CryptofuseModule.forRoot({ transport: undiciTransport({ connections: 128 }) });
 * ```
 *
 * @throws {CryptofuseConfigException} if an option is unknown or invalid
 */
export function undiciTransport(options: UndiciTransportOptions = {}): TransportFactory {
  const stated = transportOptions<UndiciTransportOptions>('undiciTransport', options, RULES);
  return stated.dispatcher === undefined ? shared(stated) : factoryOf(stated);
}

const shared = sharedFactory(factoryOf);

function factoryOf(options: UndiciTransportOptions): TransportFactory {
  return (settings) => new UndiciTransport(settings, options);
}
