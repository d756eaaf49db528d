import { AsyncResource } from 'node:async_hooks';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { openTunnel, type TunnelRequest } from '../transport/open-tunnel.js';
import { TransportFailure } from '../transport/transport-failure.js';
import { givenUp, type Connector } from './connection-attempts.js';
import { ownConnector } from './own-connector.js';

/** Milliseconds a proxy has to open a tunnel: what undici gives a connection. */
const TUNNEL_TIMEOUT = 10_000;

/** Returns what connects through a proxy's tunnel. */
export function tunnelConnector(request: TunnelRequest): Connector {
  const connect = ownConnector();
  return (options, connected) => {
    // The socket is no call's own; what follows at once is still that call's.
    const told = AsyncResource.bind(connected);
    const socket = withCleanPrototype(() =>
      openTunnel(request, (failure, httpSocket) => {
        if (failure !== null) {
          told(failure, null);
          return;
        }
        httpSocket.setTimeout(0);
        cancel = connect({ ...options, httpSocket }, told);
      }),
    );
    socket.setTimeout(TUNNEL_TIMEOUT, () => socket.destroy(tooSlow()));
    let cancel = (): void => {
      socket.destroy(givenUp());
    };
    return () => {
      cancel();
    };
  };
}

function tooSlow(): TransportFailure {
  const message = `The proxy opened no connection within ${TUNNEL_TIMEOUT} ms.`;
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}
