import type { Dispatcher } from 'undici';
import { unverifiedReason } from '../diagnostics/tls-verification.js';
import { proxyAddress, tunnelAuthority, type ProxyAddress } from '../transport/proxy-address.js';
import type { Peer } from '../transport/transport-failure.js';
import type { ConnectionAttempts } from './connection-attempts.js';
import { ownConnector } from './own-connector.js';
import { ownPool, type PoolOptions } from './own-pool.js';
import { tunnelConnector } from './tunnel-connector.js';

/** A dispatcher, and whom its connections are with. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  readonly peer: Peer;
  readonly close: () => void;
}

/**
 * Returns the connections to `origin` that go through `proxy`, whose URL may hold its credentials. As over axios, only
 * https is tunnelled.
 */
export function proxied(
  origin: string,
  proxy: string,
  options: PoolOptions,
  attempts: ConnectionAttempts,
): Connections {
  const address = proxyAddress(proxy);
  if (!origin.startsWith('https:')) return forwarded(origin, address, options, attempts);
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const tunnel = { proxy: address, authority: tunnelAuthority(origin), rejectUnauthorized };
  const pool = ownPool(origin, options, attempts.tracked(tunnelConnector(tunnel)));
  return {
    dispatcher: pool,
    peer: 'server',
    close: () => {
      void pool.destroy();
    },
  };
}

/** A proxy is told the whole URL (RFC 9112 §3.2.2). */
function forwarded(
  origin: string,
  { origin: proxy, authorization }: ProxyAddress,
  options: PoolOptions,
  attempts: ConnectionAttempts,
): Connections {
  const { host } = new URL(origin);
  const pool = ownPool(proxy, options, attempts.tracked(ownConnector()));
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
