import type { Dispatcher } from 'undici';

/** How the connections of `undiciTransport` are kept. */
export interface UndiciTransportOptions {
  /** Connections to the API at most; further calls wait for one. Default: 64. */
  readonly connections?: number;
  /** Requests that may be under way on one connection. Default: 1; more only for an API that is known to allow it. */
  readonly pipelining?: number;
  /** Milliseconds an idle connection is kept where the server does not say. Default: 4 000. */
  readonly keepAliveTimeout?: number;
  /** Milliseconds an idle connection is kept at most, whatever the server says. Default: 600 000. */
  readonly keepAliveMaxTimeout?: number;
  /** A dispatcher of the application's own, such as a mock, for calls and token requests. It is not closed here; neither `proxy` nor the options above reach it. */
  readonly dispatcher?: Dispatcher;
}
