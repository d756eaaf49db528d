import type { Call, Target } from './call.js';
import {
  type Answer,
  type AnswerHeaders,
  emptyAnswer,
  htmlPage,
  jsonAnswer,
  withHeaders,
} from './response.js';

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

/** What is to happen to one request. */
export type FaultEffect =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'delay'; readonly delay: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly acts: boolean }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'headers'; readonly headers: AnswerHeaders };

/** A request that no fault meets. */
export const NO_FAULT: FaultEffect = { kind: 'headers', headers: {} };

/** @throws {TypeError} where the fault does not say what is to happen */
export function effectOf(fault: SandboxFault): FaultEffect {
  const answer = answerOf(fault);
  if (answer !== undefined) {
    return { kind: 'answer', answer };
  }
  if ('delay' in fault) {
    return { kind: 'delay', delay: fault.delay };
  }
  if ('reset' in fault) {
    return { kind: 'reset', acts: fault.reset === 'after' };
  }
  if ('hang' in fault) {
    return { kind: 'hang' };
  }
  if ('truncate' in fault) {
    return { kind: 'truncate' };
  }
  if ('headers' in fault && fault.headers !== undefined) {
    return { kind: 'headers', headers: fault.headers };
  }
  throw new TypeError(
    'A fault needs one of `status`, `html`, `delay`, `hang`, `reset`, `truncate` and `headers`.',
  );
}

/** The answer in the server's place, where the fault has one. */
function answerOf(fault: SandboxFault): Answer | undefined {
  if ('html' in fault && fault.html) {
    return htmlPage(fault.status ?? 502);
  }
  return 'status' in fault && fault.status !== undefined ? statedAnswer(fault) : undefined;
}

function statedAnswer({ status, body, headers = {} }: StatusFault): Answer {
  if (body === undefined) {
    return withHeaders(emptyAnswer(status), headers);
  }
  if (typeof body === 'string') {
    const text = { 'content-type': 'text/plain; charset=utf-8' };
    return withHeaders({ status, headers: text, body: Buffer.from(body) }, headers);
  }
  return withHeaders(jsonAnswer(status, body), headers);
}

interface PlannedFault {
  readonly on: FaultScope['on'];
  readonly effect: FaultEffect;
  toSkip: number;
  toMeet: number;
}

/** The faults to come. A request meets one of them at most: the first stated that is due for it. */
export class FaultPlan {
  private faults: PlannedFault[] = [];

  add(fault: SandboxFault): void {
    const { on, times = 1, after = 0 } = fault;
    this.faults.push({ on, effect: effectOf(fault), toSkip: after, toMeet: times });
  }

  /** What happens to this request. A fault that lets it pass counts it, unless an earlier one took it. */
  take(call: Call, target: Target): FaultEffect {
    for (const fault of this.faults.filter(({ on }) => matches(on, call, target))) {
      if (fault.toSkip === 0) {
        return this.meet(fault);
      }
      fault.toSkip -= 1;
    }
    return NO_FAULT;
  }

  clear(): void {
    this.faults = [];
  }

  private meet(fault: PlannedFault): FaultEffect {
    fault.toMeet -= 1;
    this.faults = this.faults.filter(({ toMeet }) => toMeet > 0);
    return fault.effect;
  }
}

function matches(on: FaultScope['on'], call: Call, target: Target): boolean {
  if (on === undefined) {
    return true;
  }
  return typeof on === 'string' ? on === target : matchesPattern(on, call);
}

function matchesPattern({ method, path }: FaultPattern, call: Call): boolean {
  if (method !== undefined && method !== call.method) {
    return false;
  }
  // `search` starts at the beginning even where the pattern has a `g` or `y` flag and a memory.
  return path instanceof RegExp
    ? `${call.path ?? ''}${call.search}`.search(path) >= 0
    : path === undefined || path === call.path;
}
