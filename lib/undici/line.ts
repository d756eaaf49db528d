import type { Dispatcher } from 'undici';
import type { Turnstile } from './turnstile.js';

/** The connections that a request takes. */
export interface Line {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** Has room for as many requests as its connections take; without limit where the dispatcher is the application's own. */
  readonly turnstile: Turnstile;
}
