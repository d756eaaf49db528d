import { Readable } from 'node:stream';
import type { Clock } from '../clock/clock.js';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import { pathTemplate } from '../diagnostics/event-labels.js';
import type { EventLog } from '../diagnostics/event-log.js';
import { disposeBody } from '../request/body-stream.js';
import { encodeBody, type EncodedBody, NO_BODY } from '../request/body.js';
import type { CryptofuseResponse, ResponseType } from '../contracts/interceptor.js';
import { type Call, isSuccess } from '../request/call.js';
import { StatedPath } from '../request/path-params.js';
import type { IssuedToken } from '../token/issued-token.js';
import { toError } from '../transport/cancellation.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { UnreadableBody } from '../transport/response-content.js';
import {
  type ReadableBody,
  type RequestProgress,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
  USER_AGENT,
} from '../contracts/transport.js';
import { exceptionForFailure } from '../transport/transport-failure.js';
import type { Attempt } from './attempt.js';
import type { Deadlines } from './deadline.interceptor.js';
import { readResponseBody, responseStream } from './response-body.js';

/** The last step: encodes the request, sends it, decodes the response, and records the use of the token and the quota. */
export class TransportInterceptor {
  readonly #headers = new RequestHeaders();
  /** URL and path of the last request: the next one often has the same. */
  #lastUrl = '';
  #lastPath = '';

  constructor(
    private readonly transport: Transport,
    /** Bytes of one response, after decompression. */
    private readonly maxResponseSize: number,
    private readonly clock: Clock,
    private readonly log: EventLog,
    private readonly deadlines: Deadlines,
    private readonly timers: DeadlineTimers,
  ) {}

  intercept(attempt: Attempt): Promise<CryptofuseResponse> {
    return attempt.call.body === undefined
      ? this.#send(attempt, NO_BODY)
      : this.#encodeAndSend(attempt);
  }

  async #encodeAndSend(attempt: Attempt): Promise<CryptofuseResponse> {
    attempt.stage = 'body';
    return this.#send(attempt, await encodeBody(attempt.call.body));
  }

  #send(attempt: Attempt, encoded: EncodedBody): Promise<CryptofuseResponse> {
    attempt.stage = 'response';
    attempt.progress = undefined;
    const headers = this.#headers.of(attempt, encoded);
    const request = new AttemptRequest(attempt, headers, encoded, this.maxResponseSize);
    const sentAt = this.clock.monotonic();
    this.#renewIfOver(attempt, sentAt);
    return sendThrough(this.transport, request).then(
      (response) => {
        const respondedAt = this.clock.monotonic();
        this.#renewIfOver(attempt, respondedAt);
        this.#reportUse(attempt, response.status, respondedAt - sentAt);
        attempt.call.account.quota.observe(attempt.issued, response.headers);
        if (response.body instanceof TransportFailure) {
          disposeBody(encoded.body);
          return unreadableResponse(attempt, response, response.body);
        }
        const body = bodyOf(attempt, response, response.body);
        if (!(body instanceof Promise)) return this.#responseOf(attempt, response, body);
        return body.then((read) => this.#responseOf(attempt, response, read));
      },
      (error: unknown) => {
        this.#reportUse(attempt, undefined, this.clock.monotonic() - sentAt);
        disposeBody(encoded.body);
        if (!(error instanceof TransportFailure)) throw error;
        throw exceptionForFailure(error, attempt.call.account.credentials.clientId);
      },
    );
  }

  /**
   * Reports that `attempt` was sent with its token, and marks the token as accepted if the response proves it.
   *
   * @param status of the response; `undefined` if none came
   * @param duration milliseconds from sending to the response, or to its failure
   */
  #reportUse(attempt: Attempt, status: number | undefined, duration: number): void {
    const { issued, call, url } = attempt;
    if (issued === undefined) return;
    if (status !== undefined && provesAcceptance(status)) issued.markAccepted();
    const { token, scopes } = issued.audited;
    const { method, account, statedPath } = call;
    const path = this.#reportedPath(url, statedPath);
    this.log.report(
      { kind: 'request-authorised', method, path, status, duration, token, scopes },
      account.credentials,
    );
  }

  /** Returns the path to log for `url`: the template of the call, unless an interceptor or a redirect changed the URL. */
  #reportedPath(url: string, stated: StatedPath | undefined): string {
    // An interceptor may have added members to the request.
    if (stated instanceof StatedPath && stated.isOf(url)) return stated.text;
    if (url !== this.#lastUrl) {
      this.#lastUrl = url;
      this.#lastPath = pathTemplate(url);
    }
    return this.#lastPath;
  }

  /** Restarts the time of an attempt that continues past its deadline because the process was blocked or frozen. */
  #renewIfOver(attempt: Attempt, now: number): void {
    if (now > attempt.deadline) this.deadlines.renew(attempt, now);
  }

  #responseOf(
    attempt: Attempt,
    { status, headers }: TransportResponse,
    read: unknown,
  ): CryptofuseResponse {
    const body = read instanceof Readable ? this.#streamTo(attempt, read) : read;
    return { status, headers, body };
  }

  #streamTo(attempt: Attempt, source: Readable): Readable {
    const { timeout } = attempt.call;
    const { clientId } = attempt.call.account.credentials;
    return responseStream(source, { signal: attempt, timeout, clientId }, this.timers);
  }
}

/** Throws if a success cannot be read; for any other status, the body only gives the reason. */
function unreadableResponse(
  { call }: Attempt,
  { status, headers }: TransportResponse,
  failure: TransportFailure,
): CryptofuseResponse {
  if (isSuccess(status)) throw exceptionForFailure(failure, call.account.credentials.clientId);
  return { status, headers, body: new UnreadableBody('cannot be read', '') };
}

/** Reads the body, and disposes of it if the application's `validateStatus` throws. */
function bodyOf({ call }: Attempt, response: TransportResponse, body: ReadableBody): unknown {
  try {
    return readResponseBody(call, response, body);
  } catch (error) {
    disposeBody(body);
    throw error;
  }
}

/** Sends `request` through a transport that may be the application's: it may throw at once or return no promise. */
function sendThrough(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
  try {
    return Promise.resolve(transport.send(request));
  } catch (error) {
    return Promise.reject(toError(error));
  }
}

/** An attempt as the transport sees it. A class rather than a literal: see "Why some code is written the way it is" in docs/performance.md. */
class AttemptRequest implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly body: EncodedBody['body'];
  readonly signal: Attempt;
  readonly stream: boolean;
  readonly lane = 'api';

  constructor(
    attempt: Attempt,
    readonly headers: Headers,
    { body }: EncodedBody,
    readonly maxResponseSize: number,
  ) {
    this.method = attempt.call.method;
    this.url = attempt.url;
    this.body = body;
    this.signal = attempt;
    this.stream = attempt.call.responseType === 'stream';
  }

  trackProgress(progress: RequestProgress): void {
    this.signal.progress = progress;
  }
}

type Headers = TransportRequest['headers'];

/** The headers of a request, and what they depend on. */
interface SharedHeaders {
  readonly responseType: ResponseType;
  readonly issued: IssuedToken | undefined;
  readonly headers: Headers;
}

const ACCEPT: Readonly<Record<ResponseType, string>> = {
  json: 'application/json',
  text: '*/*',
  bytes: '*/*',
  stream: '*/*',
};

/** Creates the headers of requests: once per token for all calls that set none themselves. */
class RequestHeaders {
  readonly #shared = new WeakMap<Headers, SharedHeaders>();

  of(attempt: Attempt, encoded: EncodedBody): Headers {
    const { call, issued } = attempt;
    const { headers: own, responseType } = call;
    // Only headers that calls share are frozen.
    if (encoded !== NO_BODY || !Object.isFrozen(own)) return createHeaders(call, issued, encoded);
    const last = this.#shared.get(own);
    if (last?.issued === issued && last?.responseType === responseType) return last.headers;
    const headers = Object.freeze(createHeaders(call, issued, encoded));
    this.#shared.set(own, { responseType, issued, headers });
    return headers;
  }
}

function createHeaders(call: Call, issued: IssuedToken | undefined, encoded: EncodedBody): Headers {
  return {
    accept: ACCEPT[call.responseType],
    'accept-encoding': ACCEPTED_ENCODINGS,
    'user-agent': USER_AGENT,
    ...encoded.headers,
    ...call.headers,
    ...(issued && { authorization: `Bearer ${issued.reveal()}` }),
  };
}

/** Returns whether `status` proves that the API accepted the token; a redirect or a 5xx may come from a gateway. */
function provesAcceptance(status: number): boolean {
  return isSuccess(status) || (status >= 400 && status < 500 && status !== 401);
}
