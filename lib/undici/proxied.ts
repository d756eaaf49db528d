import { Pool, ProxyAgent, type Agent, type Dispatcher } from 'undici';
import { memberOf } from '../transport/member-of.js';

/** Milliseconds a proxy has to answer a CONNECT: a call that waits for it has ended long before. */
const TUNNEL_TIMEOUT = 10_000;

/**
 * Returns a dispatcher for `origin` that goes through `proxy`, whose URL may hold its credentials. As over axios,
 * only https is tunnelled.
 */
export function proxied(origin: string, proxy: string, options: Agent.Options): Dispatcher {
  const { origin: uri, username, password } = new URL(proxy);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  return new ProxyAgent({
    ...options,
    uri,
    proxyTunnel: origin.startsWith('https:'),
    clientFactory: tunnelPool,
    ...(username !== '' && { token }),
  });
}

/** undici connects again for ever where the proxy closes the connection, unless that is told as another error. */
function tunnelPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, { ...options, headersTimeout: TUNNEL_TIMEOUT });
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (tunnel: Parameters<Pool['connect']>[0]): Promise<Dispatcher.ConnectData> => {
      try {
        return await connect(tunnel);
      } catch (error) {
        if (memberOf(error, 'code') !== 'UND_ERR_SOCKET') throw error;
        const message = 'The proxy closed the connection.';
        throw Object.assign(new Error(message), { code: 'ECONNRESET' });
      }
    },
  });
}
