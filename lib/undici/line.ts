import type { Dispatcher } from 'undici';
import type { Peer } from '../transport/transport-failure.js';
import type { ConnectionAttempts } from './connection-attempts.js';
import type { Turnstile } from './turnstile.js';

/** The connections that a request takes. */
export interface Line {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** Whom the connections are with. */
  readonly peer: Peer;
  /** `undefined` where the dispatcher is the application's own. */
  readonly attempts: ConnectionAttempts | undefined;
  /** Has room for as many requests as its connections take; without limit where the dispatcher is the application's own. */
  readonly turnstile: Turnstile;
}
