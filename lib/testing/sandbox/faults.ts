import type { Call, Target } from './call.js';
import {
  emptyResponse,
  htmlPage,
  jsonResponse,
  type ResponseHeaders,
  type SandboxResponse,
  withHeaders,
} from './response.js';

/** Requests by method and path; a member that is left out matches all. */
export interface FaultPattern {
  /** In capitals. */
  readonly method?: string;
  /** A string: the whole path below the base URL, without the query. A RegExp: tested on path and query. */
  readonly path?: string | RegExp;
}

/** Which requests a fault meets. */
export interface FaultScope {
  /** Default: every request. `'api'`: all outside `/o/`. */
  readonly on?: Exclude<Target, 'other'> | FaultPattern;
  /** How many requests it meets, `Infinity` included; default: 1. */
  readonly times?: number;
  /** How many matching requests pass before it meets one; default: 0. */
  readonly after?: number;
}

/** The sandbox does not process the request, and sends this response instead. */
export interface StatusFault extends FaultScope {
  readonly status: number;
  /** A string is sent as it is, anything else as JSON; default: no body. */
  readonly body?: unknown;
  readonly headers?: ResponseHeaders;
  readonly html?: never;
}

/** The sandbox does not process the request, and sends an HTML page instead, as a proxy does. */
export interface HtmlFault extends FaultScope {
  readonly html: true;
  /** Default: 502. */
  readonly status?: number;
}

/** The sandbox processes the request at once, and holds the response back. */
export interface DelayFault extends FaultScope {
  /** Milliseconds by the sandbox's clock. */
  readonly delay: number;
}

/** No processing, no response. The connection stays open until the client or `stop()` closes it. */
export interface HangFault extends FaultScope {
  readonly hang: true;
}

/** The connection is reset without a response, before or after the sandbox processed the request. */
export interface ResetFault extends FaultScope {
  readonly reset: 'before' | 'after';
}

/** The sandbox processes the request, and closes the connection halfway through the response's body. */
export interface TruncateFault extends FaultScope {
  readonly truncate: true;
}

/** The sandbox processes the request, and its response gets these headers; `undefined` removes one. */
export interface HeadersFault extends FaultScope {
  readonly headers: ResponseHeaders;
  readonly status?: never;
}

/** What goes wrong, told apart by the one member that names it, and which requests it meets. */
export type SandboxFault =
  StatusFault | HtmlFault | DelayFault | HangFault | ResetFault | TruncateFault | HeadersFault;

/** What is to happen to one request. @internal */
export type FaultEffect =
  | { readonly kind: 'respond'; readonly response: SandboxResponse }
  | { readonly kind: 'delay'; readonly delay: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly isProcessed: boolean }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'headers'; readonly headers: ResponseHeaders };

/** The effect on a request that meets no fault. */
const NO_FAULT: FaultEffect = { kind: 'headers', headers: {} };

interface PlannedFault {
  readonly on: FaultScope['on'];
  readonly effect: FaultEffect;
  toSkip: number;
  toMeet: number;
}

/** The faults to come. A request meets at most one of them: the first added whose turn it is. @internal */
export class FaultPlan {
  #faults: PlannedFault[] = [];

  /** @throws {TypeError} if the fault does not say what is to happen */
  add(fault: SandboxFault): void {
    const { on, times = 1, after = 0 } = fault;
    this.#faults.push({ on, effect: readEffect(fault), toSkip: after, toMeet: times });
  }

  /** Returns what happens to this request. A fault counts a request that passes, unless an earlier fault met it. */
  take(call: Call, target: Target): FaultEffect {
    for (const fault of this.#faults.filter(({ on }) => matches(on, call, target))) {
      if (fault.toSkip === 0) return this.#meet(fault);
      fault.toSkip -= 1;
    }
    return NO_FAULT;
  }

  clear(): void {
    this.#faults = [];
  }

  #meet(fault: PlannedFault): FaultEffect {
    fault.toMeet -= 1;
    this.#faults = this.#faults.filter(({ toMeet }) => toMeet > 0);
    return fault.effect;
  }
}

function readEffect(fault: SandboxFault): FaultEffect {
  const response = readResponse(fault);
  if (response !== undefined) return { kind: 'respond', response };
  if ('delay' in fault) return { kind: 'delay', delay: fault.delay };
  if ('reset' in fault) return { kind: 'reset', isProcessed: fault.reset === 'after' };
  if ('hang' in fault) return { kind: 'hang' };
  if ('truncate' in fault) return { kind: 'truncate' };
  if ('headers' in fault && fault.headers !== undefined) {
    return { kind: 'headers', headers: fault.headers };
  }
  throw new TypeError(
    'A fault needs one of `status`, `html`, `delay`, `hang`, `reset`, `truncate` and `headers`.',
  );
}

/** Returns the response that a fault brings along; `undefined` if the sandbox's own is sent, or none. */
function readResponse(fault: SandboxFault): SandboxResponse | undefined {
  if ('html' in fault && fault.html) return htmlPage(fault.status ?? 502);
  return 'status' in fault && fault.status !== undefined ? createResponse(fault) : undefined;
}

function createResponse({ status, body, headers = {} }: StatusFault): SandboxResponse {
  if (body === undefined) return withHeaders(emptyResponse(status), headers);
  if (typeof body === 'string') {
    const text = { 'content-type': 'text/plain; charset=utf-8' };
    return withHeaders({ status, headers: text, body: Buffer.from(body) }, headers);
  }
  return withHeaders(jsonResponse(status, body), headers);
}

function matches(on: FaultScope['on'], call: Call, target: Target): boolean {
  if (on === undefined) return true;
  return typeof on === 'string' ? on === target : matchesPattern(on, call);
}

function matchesPattern({ method, path }: FaultPattern, call: Call): boolean {
  if (method !== undefined && method !== call.method) return false;
  // `search` starts at the beginning even if the pattern has a `g` or `y` flag and thus a `lastIndex`.
  return path instanceof RegExp
    ? `${call.path ?? ''}${call.search}`.search(path) >= 0
    : path === undefined || path === call.path;
}
