import { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { inBackground } from '../clock/background.js';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { unverifiedReason } from '../diagnostics/tls-verification.js';
import { givenUp, type Connector } from './connection-attempts.js';
import { parseProgress } from './parse-progress.js';

/** undici returns the socket that it makes, though its types do not say so. */
type SocketMaker = (...args: Parameters<buildConnector.connector>) => unknown;

/**
 * Returns what connects to servers and takes nothing from a prototype. Whether it verifies certificates is settled
 * now: the environment that an operator was told of, and no later one.
 */
export function ownConnector(): Connector {
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const connect: SocketMaker = buildConnector({ rejectUnauthorized, allowH2: false });
  return (options, connected) => {
    // The socket outlives the call that it is made for; what follows at once is still that call's.
    const told = AsyncResource.bind(connected);
    const connectNow = (): unknown =>
      connect(options, (...[error, socket]) => {
        if (error !== null) {
          told(error, null);
          return;
        }
        parseProgress.watch(socket);
        told(null, socket);
      });
    const made = inBackground(() => withCleanPrototype(connectNow));
    return () => {
      // With an error: undici would wait for ever for one that is closed without.
      if (made instanceof Socket) made.destroy(givenUp());
    };
  };
}
