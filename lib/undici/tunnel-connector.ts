import { Socket } from 'node:net';
import type { Dispatcher, Pool } from 'undici';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { TransportFailure } from '../transport/transport-failure.js';
import { dispatchOptions } from './dispatch-options.js';
import { failureOfUndiciError } from './failure-of-undici-error.js';
import { ownConnector, type Connector } from './own-connector.js';

/** What the way to a proxy is. */
export interface ProxyLine {
  readonly origin: string;
  readonly pool: Pool;
  /** The header `proxy-authorization`, where there are credentials. */
  readonly authorization: Readonly<Record<string, string>>;
}

/** Returns what connects to `authority`, a host and its port, through a tunnel of `proxy`. */
export function tunnelConnector(proxy: ProxyLine, authority: string): Connector {
  const connect = ownConnector();
  return (options, connected) => {
    tunnelTo(authority, proxy)
      .then((httpSocket) => {
        connect({ ...options, httpSocket }, connected);
      })
      .catch((error: unknown) => {
        // undici connects again for ever where it is told of a closed connection by its own error.
        connected(failureOfUndiciError(error, 'before'), null);
      });
  };
}

async function tunnelTo(
  authority: string,
  { origin, pool, authorization }: ProxyLine,
): Promise<Socket> {
  const asked = {
    method: 'CONNECT',
    headers: { ...authorization, host: authority },
    body: undefined,
  };
  const request = {
    ...dispatchOptions(origin, authority, asked),
    signal: null,
    responseHeaders: null,
  };
  const { socket, statusCode } = await withCleanPrototype((): Promise<Dispatcher.ConnectData> =>
    pool.connect(request),
  );
  if (statusCode === 200 && socket instanceof Socket) return socket;
  socket.on('error', () => undefined).destroy();
  const message = `The proxy refused the connection (${statusCode}).`;
  throw new TransportFailure('connection_failed', 'not-sent', message);
}
