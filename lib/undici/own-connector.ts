import { AsyncResource } from 'node:async_hooks';
import { buildConnector } from 'undici';
import { inBackground } from '../clock/background.js';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { unverifiedReason } from '../diagnostics/tls-verification.js';
import { parseProgress } from './parse-progress.js';

/** Connects to a server, or over a socket that is given to it. */
export type Connector = buildConnector.connector;

/**
 * Returns what connects to servers and takes nothing from a prototype. Whether it verifies certificates is settled
 * now: the environment that an operator was told of, and no later one.
 */
export function ownConnector(): Connector {
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const connect = buildConnector({ rejectUnauthorized, allowH2: false });
  return (options, connected) => {
    // The socket outlives the call that it is made for; what follows at once is still that call's.
    const told = AsyncResource.bind(connected);
    inBackground(() => {
      withCleanPrototype(() => {
        connect(options, (...[error, socket]) => {
          if (error !== null) {
            told(error, null);
            return;
          }
          parseProgress.watch(socket);
          told(null, socket);
        });
      });
    });
  };
}
