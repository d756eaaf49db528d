import { Readable } from 'node:stream';
import { nodeTimers } from '../clock/clock.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { clientClosed, CryptofuseServerException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { JsonBody } from '../request/body-json.js';
import { disposeBody } from '../request/body-stream.js';
import { callBody } from '../request/body.js';
import { callMethod, callRetry, callSignal, callTimeout } from '../request/call-options.js';
import type {
  CryptofuseInterceptor,
  CryptofuseNext,
  CryptofuseRequest,
  CryptofuseResponse,
  StatedInterceptor,
} from '../contracts/interceptor.js';
import type { Call } from '../request/call.js';
import { callHeaders } from '../request/headers.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { onAbort, LightAbortController, untilAborted } from '../transport/cancellation.js';
import { PendingWait } from './attempt.js';
import type { CallsInFlight } from './calls-in-flight.js';
import type { Next, Step } from './pipeline.js';

/**
 * Runs the interceptors of the application: instances as given, classes instantiated by Nest's injector.
 * They are instantiated once every provider exists, so that one may inject a service of the same client.
 */
export class ApplicationInterceptor implements Step<Call> {
  #interceptors: Promise<readonly CryptofuseInterceptor[]> | undefined;

  constructor(
    private readonly stated: readonly StatedInterceptor[],
    private readonly instantiate: (stated: StatedInterceptor) => Promise<CryptofuseInterceptor>,
    private readonly retry: Call['retry'],
    private readonly calls: CallsInFlight,
  ) {}

  /** Returns the interceptors; the first call instantiates them. */
  make(): Promise<readonly CryptofuseInterceptor[]> {
    return (this.#interceptors ??= Promise.all(this.stated.map(this.instantiate)));
  }

  async intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    const { account, ...request } = call;
    const { clientId } = account.credentials;
    if (this.calls.closed) throw clientClosed(clientId, 'not-sent');
    const send: CryptofuseNext = (passed) => next({ ...fromInterceptors(passed), account });
    const chain = (await this.make()).reduceRight(
      (rest, own) => guardInterceptor(own, rest, { clientId, retry: this.retry }),
      send,
    );
    return this.#untilEnd(
      call,
      chain(toInterceptors({ ...request, signal: abortSignalOf(call.signal) })),
    );
  }

  /** Settles as `response` does, or when the call ends, whatever the interceptors do after that. */
  #untilEnd(call: Call, response: Promise<CryptofuseResponse>): Promise<CryptofuseResponse> {
    const { signal } = call;
    return new Promise((resolve, reject) => {
      const wait = new PendingWait(call, 'unknown');
      onAbort(wait, () => {
        // The later steps know more about the outcome of the request, so they may reject first.
        nodeTimers.setImmediate(reject, wait.reason);
      });
      this.calls.enter(wait, undefined);
      const leave = (): void => {
        this.calls.leave(wait);
      };
      untilAborted(response, signal).then(resolve, reject).finally(leave);
      // Nobody reads a response that arrives after the call has ended.
      response.then(({ body }) => {
        if (signal?.aborted === true) disposeBody(body);
      }, ignore);
    });
  }
}

function ignore(): void {
  // The caller already has the rejection or the stream.
}

/** Key under which a request that interceptors see keeps the JSON of its body, for as long as they do not replace the body. */
const JSON_OF_BODY = Symbol('the JSON of the body');

interface SeenRequest extends CryptofuseRequest {
  readonly [JSON_OF_BODY]?: JsonBody;
}

/** Returns `request` as interceptors see it: with the body that the application gave, not with its JSON. */
function toInterceptors(request: CryptofuseRequest): CryptofuseRequest {
  const { body } = request;
  if (!(body instanceof JsonBody)) return request;
  const seen: SeenRequest = { ...request, body: body.value, [JSON_OF_BODY]: body };
  return seen;
}

/** Returns the JSON of the body of `request`; `undefined` if an interceptor has replaced the body. */
function jsonBodyOf(request: SeenRequest): JsonBody | undefined {
  const json = request[JSON_OF_BODY];
  return json !== undefined && json.value === request.body ? json : undefined;
}

/** Returns the request to send for `request`, which interceptors have passed on. */
function fromInterceptors(request: CryptofuseRequest): CryptofuseRequest {
  const json = jsonBodyOf(request);
  return json === undefined ? request : { ...request, body: json };
}

/** The streams that an interceptor receives in one call. One that it neither returns nor reads would hold its connection. */
class GivenStreams {
  readonly #given: Readable[] = [];
  #take = (stream: Readable): void => {
    this.#given.push(stream);
  };

  /** Wraps `next` so that streams which nobody reads are destroyed. */
  through(next: CryptofuseNext): CryptofuseNext {
    return (request) => {
      const response = next(request);
      response.then(this.#note, ignore);
      return response;
    };
  }

  /** Destroys the streams that nobody will read, now that the interceptor has returned `body`. */
  settle(body: unknown): void {
    const isNewStream = isReadLater(body) && !this.#given.some((stream) => stream === body);
    // A new stream may still read the ones that the interceptor received.
    this.#take = isNewStream
      ? ignore
      : (stream) => {
          if (stream !== body && !hasBegun(stream)) disposeBody(stream);
        };
    for (const stream of this.#given) this.#take(stream);
  }

  readonly #note = ({ body }: CryptofuseResponse): void => {
    if (body instanceof Readable) this.#take(body);
  };
}

function hasBegun(stream: Readable): boolean {
  return stream.readableFlowing !== null || Readable.isDisturbed(stream);
}

function isReadLater(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return body instanceof ReadableStream || Symbol.asyncIterator in body;
}

const RESPONSE_TYPES = new Set<unknown>(['json', 'text', 'bytes', 'stream']);
const INCOMPLETE =
  'must pass on the request they were given, changed where need be: next({ ...request, headers })';

/**
 * Returns a step that runs `own`, an interceptor of the application, before `next`. The request that it passes on is
 * validated like a call, and its result must be a response.
 */
function guardInterceptor(
  own: CryptofuseInterceptor,
  next: CryptofuseNext,
  { clientId, retry }: { readonly clientId: string; readonly retry: Call['retry'] },
): CryptofuseNext {
  const pass: CryptofuseNext = async (request) => next(validateRequest(request, retry));
  const guardedNext: CryptofuseNext = (request) => {
    const response = pass(request);
    // A rejection that the interceptor ignores must not end the process.
    response.catch(() => undefined);
    return response;
  };
  const intercept = async (
    request: CryptofuseRequest,
    given: CryptofuseNext,
  ): Promise<CryptofuseResponse> => {
    const response: unknown = await own.intercept(request, given);
    if (isResponse(response)) return response;
    throw noResponseFrom(own, clientId);
  };
  return (request) =>
    request.responseType === 'stream'
      ? interceptStream(request, guardedNext, intercept)
      : intercept(request, guardedNext);
}

/** Runs `step` for a call that asks for a stream, and destroys the streams that it leaves unread. */
async function interceptStream(
  request: CryptofuseRequest,
  next: CryptofuseNext,
  step: CryptofuseInterceptor['intercept'],
): Promise<CryptofuseResponse> {
  const streams = new GivenStreams();
  let body: unknown;
  try {
    const response = await step(request, streams.through(next));
    body = response.body;
    return response;
  } finally {
    streams.settle(body);
  }
}

function validateRequest(request: unknown, retry: CryptofuseRequest['retry']): CryptofuseRequest {
  if (!isComplete(request)) throw callRefused({ property: 'interceptors', message: INCOMPLETE });
  return toInterceptors({
    ...request,
    method: callMethod(request.method),
    ...callBody(request.body, callHeaders(request.headers), jsonBodyOf(request)),
    signal: callSignal(request.signal),
    timeout: callTimeout(request.timeout, request.timeout),
    retry: callRetry(request.retry, retry),
  });
}

function isComplete(request: unknown): request is CryptofuseRequest {
  if (typeof request !== 'object' || request === null) return false;
  const { url, accepts, timeout, responseType } = request as Partial<CryptofuseRequest>;
  if (typeof url !== 'string' || !RESPONSE_TYPES.has(responseType)) return false;
  return typeof timeout === 'number' && typeof accepts === 'function';
}

function isResponse(value: unknown): value is CryptofuseResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers }: { status?: unknown; headers?: unknown } = value;
  return typeof status === 'number' && typeof headers === 'object' && headers !== null;
}

/** Returns the exception for a missing response. The outcome is unknown: the interceptor may have called `next`. */
function noResponseFrom(own: CryptofuseInterceptor, clientId: string): Error {
  const { name } = own.constructor;
  const code = 'invalid_interceptor';
  return new CryptofuseServerException({
    code,
    message: `The interceptor ${name} returned no response.`,
    clientId,
    hint: hintFor(code),
    outcome: 'unknown',
  });
}

/** Returns an `AbortSignal` that aborts with `end`; a signal from the application already is one. */
function abortSignalOf(end: AbortSignalLike | undefined): AbortSignal | undefined {
  if (!(end instanceof LightAbortController)) return end as AbortSignal | undefined;
  const controller = new AbortController();
  // The controller belongs to one call, so the listener need not be removed.
  onAbort(end, () => {
    controller.abort(end.reason);
  });
  return controller.signal;
}
