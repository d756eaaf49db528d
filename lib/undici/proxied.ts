import type { Dispatcher } from 'undici';
import { ownConnector } from './own-connector.js';
import { ownPool, type PoolOptions } from './own-pool.js';
import { tunnelConnector, type ProxyLine } from './tunnel-connector.js';

/** Milliseconds a proxy has to answer a CONNECT: what undici gives a connection. */
const TUNNEL_TIMEOUT = 10_000;

/** A dispatcher, and the way to end all that it holds. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  readonly close: () => void;
}

/**
 * Returns the connections to `origin` that go through `proxy`, whose URL may hold its credentials. As over axios, only
 * https is tunnelled.
 */
export function proxied(origin: string, proxy: string, options: PoolOptions): Connections {
  const url = new URL(proxy);
  const isTunnelled = origin.startsWith('https:');
  const poolOptions = isTunnelled ? { ...options, headersTimeout: TUNNEL_TIMEOUT } : options;
  const line: ProxyLine = {
    origin: url.origin,
    pool: ownPool(url.origin, poolOptions, ownConnector()),
    authorization: authorizationOf(url),
  };
  return isTunnelled ? tunnelled(origin, line, options) : forwarded(origin, line);
}

function authorizationOf({ username, password }: URL): ProxyLine['authorization'] {
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = Buffer.from(credentials, 'utf8').toString('base64');
  return { 'proxy-authorization': `Basic ${token}` };
}

function tunnelled(origin: string, proxy: ProxyLine, options: PoolOptions): Connections {
  const { hostname, port } = new URL(origin);
  const pool = ownPool(origin, options, tunnelConnector(proxy, `${hostname}:${port || '443'}`));
  return {
    dispatcher: pool,
    close: () => {
      void pool.destroy();
      void proxy.pool.destroy();
    },
  };
}

/** A proxy is told the whole URL (RFC 9112 §3.2.2). */
function forwarded(origin: string, { origin: proxy, pool, authorization }: ProxyLine): Connections {
  const { host } = new URL(origin);
  const dispatcher = pool.compose((dispatch) => (request, handler) => {
    const headers = { ...(request.headers as Record<string, string>), host, ...authorization };
    return dispatch(
      { ...request, origin: proxy, path: `${origin}${request.path}`, headers },
      handler,
    );
  });
  return {
    dispatcher,
    close: () => {
      void pool.destroy();
    },
  };
}
