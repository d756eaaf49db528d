import type { Target } from './call.js';
import type { AnswerHeaders } from './response.js';

/** A request by its method and path; what is left out matches all. */
export interface FaultPattern {
  /** In capitals. */
  readonly method?: string;
  /** A text: the whole path below the base URL, without the query. A pattern: tried on path and query. */
  readonly path?: string | RegExp;
}

/** Which requests a fault meets. */
export interface FaultScope {
  /** Default: every request. `'api'`: all outside `/o/`. */
  readonly on?: Exclude<Target, 'other'> | FaultPattern;
  /** How many requests it meets, `Infinity` included; default: 1. */
  readonly times?: number;
  /** How many matching requests it lets pass first; default: 0. */
  readonly after?: number;
}

/** Answers in the server's place, which does not act. */
export interface StatusFault extends FaultScope {
  readonly status: number;
  /** A text goes out as it is, anything else as JSON; default: no body. */
  readonly body?: unknown;
  readonly headers?: AnswerHeaders;
  readonly html?: never;
}

/** Answers with a page in the server's place, as a proxy does. The server does not act. */
export interface HtmlFault extends FaultScope {
  readonly html: true;
  /** Default: 502. */
  readonly status?: number;
}

/** The server acts at once, and its answer is held back so many milliseconds by the sandbox's clock. */
export interface DelayFault extends FaultScope {
  readonly delay: number;
}

/** Neither acts nor answers. The connection stays open until the client or `stop()` closes it. */
export interface HangFault extends FaultScope {
  readonly hang: true;
}

/** Resets the connection, before the server acts or after it did, but in any case before it answers. */
export interface ResetFault extends FaultScope {
  readonly reset: 'before' | 'after';
}

/** The server acts, announces its whole answer, sends half of the body and closes the connection. */
export interface TruncateFault extends FaultScope {
  readonly truncate: true;
}

/** The server acts and answers, with these headers added or in the place of its own; `undefined` removes one. */
export interface HeadersFault extends FaultScope {
  readonly headers: AnswerHeaders;
  readonly status?: never;
}

/** What goes wrong, told apart by the one member that names it, and which requests it meets. */
export type SandboxFault =
  StatusFault | HtmlFault | DelayFault | HangFault | ResetFault | TruncateFault | HeadersFault;
