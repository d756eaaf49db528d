import type { Dispatcher } from 'undici';
import type { Turnstile } from './turnstile.js';

/** The connections that a request takes. */
export interface Line {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** Has as much room as there are connections. */
  readonly turnstile: Turnstile;
}
