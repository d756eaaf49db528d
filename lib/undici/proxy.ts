import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import { type Peer, TransportFailure } from '../contracts/transport.js';
import { unverifiedReason } from '../transport/node-http.js';
import {
  openTunnel,
  proxyAddress,
  type ProxyAddress,
  tunnelAuthority,
  type TunnelRequest,
} from '../transport/proxy-tunnel.js';
import {
  connectionAbandoned,
  type ConnectionAttempts,
  type Connector,
  isolatedConnector,
  isolatedPool,
  type PoolOptions,
} from './connections.js';

/** A dispatcher and the peer its connections are with. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  readonly peer: Peer;
  readonly close: () => void;
}

/**
 * Returns connections to `origin` through `proxy`, whose URL may contain credentials. As with axios, only https is
 * tunnelled.
 */
export function connectThroughProxy(
  origin: string,
  proxy: string,
  options: PoolOptions,
  attempts: ConnectionAttempts,
): Connections {
  const address = proxyAddress(proxy);
  if (!origin.startsWith('https:')) return forwardThroughProxy(origin, address, options, attempts);
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const tunnel = { proxy: address, authority: tunnelAuthority(origin), rejectUnauthorized };
  const pool = isolatedPool(origin, options, attempts.tracked(tunnelConnector(tunnel)));
  return {
    dispatcher: pool,
    peer: 'server',
    close: () => {
      void pool.destroy();
    },
  };
}

/** Sends each request to a proxy with its absolute URL (RFC 9112 §3.2.2). */
function forwardThroughProxy(
  origin: string,
  { origin: proxy, authorization }: ProxyAddress,
  options: PoolOptions,
  attempts: ConnectionAttempts,
): Connections {
  const { host } = new URL(origin);
  const pool = isolatedPool(proxy, options, attempts.tracked(isolatedConnector()));
  const dispatcher = pool.compose((dispatch) => (request, handler) => {
    const headers = { ...(request.headers as Record<string, string>), host, ...authorization };
    return dispatch(
      { ...request, origin: proxy, path: `${origin}${request.path}`, headers },
      handler,
    );
  });
  return {
    dispatcher,
    peer: 'proxy',
    close: () => {
      void pool.destroy();
    },
  };
}

/** The time a proxy has to open a tunnel, in milliseconds; the same as undici's connect timeout. */
const TUNNEL_TIMEOUT = 10_000;

/** Returns a connector that connects through a proxy's tunnel. */
function tunnelConnector(request: TunnelRequest): Connector {
  const connect = isolatedConnector();
  return (options, connected) => {
    // The socket outlives the call it is created for, but the callback belongs to that call.
    const told = AsyncResource.bind(connected);
    const socket = openTunnel(request, (failure, httpSocket) => {
      if (failure !== null) {
        told(failure, null);
        return;
      }
      httpSocket.setTimeout(0);
      cancel = connect({ ...options, httpSocket }, told);
    });
    socket.setTimeout(TUNNEL_TIMEOUT, () => socket.destroy(timeoutException()));
    let cancel = (): void => {
      socket.destroy(connectionAbandoned());
    };
    return () => {
      cancel();
    };
  };
}

function timeoutException(): TransportFailure {
  const message = `The proxy opened no connection within ${TUNNEL_TIMEOUT} ms.`;
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}
