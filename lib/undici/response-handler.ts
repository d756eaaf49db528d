import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import {
  type AbortSignalLike,
  type ReadableBody,
  type RequestProgress,
  type RequestStage,
  type ResponseHeaders,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from '../contracts/transport.js';
import { onAbort } from '../transport/cancellation.js';
import {
  decodeBody,
  decodeStream,
  NO_CONTENT,
  responseCodings,
} from '../transport/content-decoding.js';
import {
  failureFromStreamError,
  memberOf,
  stageOfNodeError,
} from '../transport/transport-failure.js';
import type { QueuedRequest } from './concurrency-limiter.js';
import {
  type Cancel,
  type ConnectionOwner,
  dispatchOptions,
  type Route,
  type Requester,
} from './connections.js';
import { type DispatchStage, failureFromUndiciError } from './failure-of-undici-error.js';

const NO_HEADERS: ResponseHeaders = Object.freeze({});

type Controller = Dispatcher.DispatchController;

/** Sends a request through undici when a connection is free, and handles undici's callbacks. */
export abstract class ResponseHandler
  implements Dispatcher.DispatchHandler, QueuedRequest, Requester, RequestProgress, ConnectionOwner
{
  next: QueuedRequest | undefined = undefined;
  context: AsyncResource | undefined = undefined;
  isTaken = false;
  cancelConnecting: Cancel | undefined = undefined;
  connectedAt: number | undefined = undefined;
  #status = 0;
  /** Maximum size of the response in bytes. */
  protected readonly limit: number;
  #headers = NO_HEADERS;
  #request: TransportRequest | undefined;
  #controller: Controller | undefined = undefined;
  #stage: DispatchStage = 'before';
  /** Whether the request holds a slot of the limiter. */
  #hasPlace = false;
  #abortedFor: { readonly reason: Error } | undefined = undefined;
  #stopListening: (() => void) | undefined = undefined;

  constructor(
    private readonly route: Route,
    request: TransportRequest,
    private resolve: (response: TransportResponse | Promise<TransportResponse>) => void,
    private reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.limit = request.maxResponseSize;
  }

  get stage(): RequestStage {
    if (this.#stage !== 'before') return 'sent';
    if (!this.#hasPlace) return 'queued';
    // undici may make it wait for a connection that other requests use, too.
    return this.route.attempts?.areUnderWay === false ? 'queued' : 'connecting';
  }

  /** Ends the request if `signal` is aborted before the response is complete. */
  endWith(signal: AbortSignalLike): void {
    this.#stopListening = onAbort(signal, () => {
      this.abort(signal.reason as Error);
    });
  }

  start(): void {
    const { origin, dispatcher, limiter, attempts } = this.route;
    const request = this.#request;
    if (request === undefined) {
      limiter.leave();
      return;
    }
    this.#hasPlace = true;
    attempts?.begin(this);
    try {
      const path = request.url.slice(origin.length);
      dispatcher.dispatch(dispatchOptions(origin, path, request, this), this);
      if (!this.isTaken && limiter.isLimited)
        this.context ??= new AsyncResource('CryptofuseRequest');
    } catch (error) {
      // undici throws for a request it does not accept.
      this.fail(failureFromUndiciError(error, 'before'));
      this.#leave();
    } finally {
      attempts?.end(request.body);
    }
  }

  /** Ends the request, immediately for its caller, and cancels the connection attempt made for it. */
  protected abort(reason: Error): void {
    if (this.#request === undefined) return;
    if (this.#hasPlace) this.#abortedFor = { reason };
    this.#controller?.abort(reason);
    if (this.#stage === 'before') this.cancelConnecting?.();
    this.fail(reason);
  }

  onRequestStart(controller: Controller): void {
    if (this.#abortedFor !== undefined) {
      this.#leave();
      // undici closes the connection of an aborted request, but only drops a request that throws here.
      throw this.#abortedFor.reason;
    }
    this.#controller = controller;
    this.#stage = 'sent';
    // Without a context, a free connection took it at once.
    if (this.context !== undefined || !this.route.limiter.isLimited) {
      this.connectedAt = performance.now();
    }
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Skip interim responses (RFC 9110 §15.2).
    if (status < 200) return;
    this.#stage = 'responding';
    this.#status = status;
    this.#headers = responseHeaders(headers);
    this.begin(controller);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.take(controller, chunk);
  }

  onResponseEnd(): void {
    this.complete();
    this.end();
  }

  onResponseError(_: Controller | null, error: Error): void {
    if (this.#abortedFor !== undefined) {
      this.#leave();
      return;
    }
    if (this.#isCompleteWithout(error)) {
      this.onResponseEnd();
      return;
    }
    this.fail(this.#failureOf(error));
  }

  /** Called with the status and headers of the response. */
  protected abstract begin(controller: Controller): void;

  /** Called with each part of the body. */
  protected abstract take(controller: Controller, chunk: Buffer): void;

  /** Called when the response is complete. */
  protected abstract complete(): void;

  protected fail(error: Error): void {
    if (this.#stage === 'responding' && error instanceof TransportFailure) this.settle(error);
    else this.reject(error);
    this.end();
  }

  /** Settles with a response that has this body, or the failure to read it. */
  protected settle(body: TransportResponse['body']): void {
    if (this.#request === undefined) return;
    const coded = { status: this.#status, headers: this.#headers, body };
    this.resolve(decodeResponse(this.#request, coded));
  }

  /**
   * Releases everything once the request has ended. This object may be retained by old-generation garbage, which must not
   * retain the whole call.
   */
  protected end(): void {
    if (this.#request === undefined) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#controller = undefined;
    this.#headers = NO_HEADERS;
    this.#request = undefined;
    this.resolve = ignore;
    this.reject = ignore;
    // A request aborted before it was connected is still queued in undici, and leaves when undici drops it.
    if (this.#abortedFor === undefined || this.#stage !== 'before') this.#leave();
  }

  #leave(): void {
    this.context = undefined;
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    const { limiter } = this.route;
    if (this.#stage !== 'before') {
      limiter.leave();
      return;
    }
    // undici forgets a failed connection only after this, and would make the next request wait for it.
    queueMicrotask(() => {
      limiter.leave();
    });
  }

  /** The application's own dispatcher, such as a mock, may report an error without reporting the request's start. */
  #failureOf(error: Error): TransportFailure {
    const { attempts, peer } = this.route;
    const isDispatched = attempts !== undefined || stageOfNodeError(error) === 'connecting';
    const stage = this.#stage === 'before' && !isDispatched ? 'sent' : this.#stage;
    const failure = failureFromUndiciError(error, stage);
    return peer === 'proxy' ? failure.withPeer(peer) : failure;
  }

  /** Whether undici only misses a body that the response must not have, despite its `content-length`. */
  #isCompleteWithout(error: Error): boolean {
    if (this.#stage !== 'responding' || !NO_CONTENT.has(this.#status)) return false;
    return memberOf(error, 'code') === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  }
}

function ignore(): void {
  // The response is settled already.
}

/** Returns the response with its content codings undone. */
export function decodeResponse(
  request: TransportRequest,
  response: TransportResponse,
): TransportResponse | Promise<TransportResponse> {
  const codings = responseCodings(request.method, response);
  const { status, headers, body } = response;
  if (codings.length === 0 || body instanceof TransportFailure) return response;
  return withoutCodings(body, codings, request).then((read) => ({ status, headers, body: read }));
}

async function withoutCodings(
  body: ReadableBody,
  codings: readonly string[],
  { signal, maxResponseSize }: TransportRequest,
): Promise<TransportResponse['body']> {
  try {
    if (!Buffer.isBuffer(body)) return await decodeStream(body, codings);
    return await decodeBody(body, codings, maxResponseSize);
  } catch (error) {
    signal?.throwIfAborted();
    return failureFromStreamError(error);
  }
}

type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Node returns an array only for this header, and the first value only for the single ones. */
const LISTED = 'set-cookie';
const SINGLE = new Set([
  'age',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
]);

/**
 * Returns headers as Node's own client does, with repeated names joined into one string. They have no prototype, which
 * could add headers that the server did not send.
 */
function responseHeaders(received: ReceivedHeaders): ResponseHeaders {
  // Several times as fast as copying each name into an object without a prototype.
  const headers = Object.setPrototypeOf({ ...received }, null) as Record<
    string,
    ReceivedHeaders[string]
  >;
  for (const name in headers) {
    const values = headers[name];
    if (Array.isArray(values)) headers[name] = joinValues(name, values);
  }
  return headers;
}

function joinValues(name: string, values: string[]): ReceivedHeaders[string] {
  if (name === LISTED) return values;
  return SINGLE.has(name) ? values[0] : values.join(', ');
}
