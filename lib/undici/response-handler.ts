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

/** Has undici send a request when a connection is free for it, and hears how it goes. */
export abstract class ResponseHandler
  implements Dispatcher.DispatchHandler, QueuedRequest, Requester, RequestProgress, ConnectionOwner
{
  next: QueuedRequest | undefined = undefined;
  context: AsyncResource | undefined = undefined;
  isTaken = false;
  cancelConnecting: Cancel | undefined = undefined;
  #status = 0;
  /** Bytes of the response. */
  protected readonly limit: number;
  #headers = NO_HEADERS;
  #request: TransportRequest | undefined;
  #controller: Controller | undefined = undefined;
  #stage: DispatchStage = 'before';
  /** Holds a place of the limiter. */
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
    // undici may have it wait for a connection that others take, too.
    return this.route.attempts?.areUnderWay === false ? 'queued' : 'connecting';
  }

  /** Has an abort of `signal` end the request, as long as something of its response is to come. */
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
      // What undici does not even take it throws.
      this.fail(failureFromUndiciError(error, 'before'));
      this.#leave();
    } finally {
      attempts?.end(request.body);
    }
  }

  /** Ends the request, at once for its caller, and the connection that is made for it. */
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
      // undici closes the connection of a request that is aborted; one that throws here it only drops.
      throw this.#abortedFor.reason;
    }
    this.#controller = controller;
    this.#stage = 'sent';
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // An interim response (RFC 9110 §15.2) is none.
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

  /** Called when the whole response is there. */
  protected abstract complete(): void;

  protected fail(error: Error): void {
    if (this.#stage === 'responding' && error instanceof TransportFailure) this.settle(error);
    else this.reject(error);
    this.end();
  }

  /** Settles with a response of this body, or with why it cannot be read. */
  protected settle(body: TransportResponse['body']): void {
    if (this.#request === undefined) return;
    const coded = { status: this.#status, headers: this.#headers, body };
    this.resolve(decodeResponse(this.#request, coded));
  }

  /**
   * Nothing more is to come. What holds this may be old by then, and garbage of the old generation: it must not hold the
   * whole call with it.
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
    // What was aborted before it was connected is still in undici's hands, and leaves when they let go of it.
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
    // undici forgets a connection that did not come about only then, and would have the next request wait for it.
    queueMicrotask(() => {
      limiter.leave();
    });
  }

  /** A dispatcher of the application's own, such as a mock, may tell of an error without having told of the request. */
  #failureOf(error: Error): TransportFailure {
    const { attempts, peer } = this.route;
    const isDispatched = attempts !== undefined || stageOfNodeError(error) === 'connecting';
    const stage = this.#stage === 'before' && !isDispatched ? 'sent' : this.#stage;
    const failure = failureFromUndiciError(error, stage);
    return peer === 'proxy' ? failure.withPeer(peer) : failure;
  }

  /** undici misses the body that a response states the length of and may not have. */
  #isCompleteWithout(error: Error): boolean {
    if (this.#stage !== 'responding' || !NO_CONTENT.has(this.#status)) return false;
    return memberOf(error, 'code') === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  }
}

function ignore(): void {
  // It is settled.
}

/** Returns a response whose body is not as it came, but as it was before the server coded it. */
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

/** Node has a list for these alone, and of what may stand once the first. */
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
 * Returns headers as Node's own client tells them: a name that came more than once is one text. They have no
 * prototype, which might have headers that the server did not send.
 */
export function responseHeaders(received: ReceivedHeaders): ResponseHeaders {
  // Several times as fast as writing each name into an object that never had a prototype.
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
