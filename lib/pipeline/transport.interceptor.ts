import { Readable } from 'node:stream';
import type { Clock } from '../clock/clock.js';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import { pathTemplate } from '../diagnostics/event-labels.js';
import type { EventLog } from '../diagnostics/event-log.js';
import { disposeBody } from '../request/body-stream.js';
import { encodeBody, type EncodedBody, NO_BODY } from '../request/body.js';
import { type CryptofuseResponse, isSuccess, type ResponseType } from '../request/call.js';
import { StatedPath } from '../request/path-params.js';
import type { IssuedToken } from '../token/issued-token.js';
import { toError, type AbortSignalLike } from '../transport/cancellation.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { UnreadableBody } from '../transport/response-json.js';
import { exceptionForFailure, TransportFailure } from '../transport/transport-failure.js';
import {
  type ReadableBody,
  type RequestProgress,
  type Transport,
  type TransportLane,
  type TransportRequest,
  type TransportResponse,
  USER_AGENT,
} from '../transport/transport.js';
import type { Attempt } from './attempt.js';
import type { Deadlines } from './deadline.interceptor.js';
import { readResponseBody, responseStream } from './response-body.js';

/** Last of the way: encodes the request, has the transport send it, decodes the answer, and has noted what it tells. */
export class TransportInterceptor {
  readonly #headers = new RequestHeaders();

  constructor(
    private readonly transport: Transport,
    /** Bytes of one response, after decompression. */
    private readonly maxResponseSize: number,
    private readonly clock: Clock,
    private readonly use: TokenUse,
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
    attempt.stage = 'answer';
    attempt.progress = undefined;
    const headers = this.#headers.of(attempt, encoded);
    const request = new SentRequest(attempt, headers, encoded, this.maxResponseSize);
    const sentAt = this.clock.monotonic();
    this.#renewIfOver(attempt, sentAt);
    return sent(this.transport, request).then(
      (answer) => {
        const respondedAt = this.clock.monotonic();
        this.#renewIfOver(attempt, respondedAt);
        this.use.note(attempt, answer.status, respondedAt - sentAt);
        attempt.call.account.quota.observe(attempt.issued, answer.headers);
        if (answer.body instanceof TransportFailure) {
          disposeBody(encoded.body);
          return unreadable(attempt, answer, answer.body);
        }
        const body = bodyOf(attempt, answer, answer.body);
        if (!(body instanceof Promise)) return this.#responseOf(attempt, answer, body);
        return body.then((read) => this.#responseOf(attempt, answer, read));
      },
      (error: unknown) => {
        this.use.note(attempt, undefined, this.clock.monotonic() - sentAt);
        disposeBody(encoded.body);
        if (!(error instanceof TransportFailure)) throw error;
        throw exceptionForFailure(error, attempt.call.account.credentials.clientId);
      },
    );
  }

  /** What waited past its deadline, in a process that was blocked or frozen, and goes on, has its time anew. */
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

/** A success is what its body says; of any other status the body says no more than the reason. */
function unreadable(
  { call }: Attempt,
  { status, headers }: TransportResponse,
  failure: TransportFailure,
): CryptofuseResponse {
  if (isSuccess(status)) throw exceptionForFailure(failure, call.account.credentials.clientId);
  return { status, headers, body: new UnreadableBody('cannot be read', '') };
}

/** The application's own `validateStatus` may throw. */
function bodyOf({ call }: Attempt, answer: TransportResponse, body: ReadableBody): unknown {
  try {
    return readResponseBody(call, answer, body);
  } catch (error) {
    disposeBody(body);
    throw error;
  }
}

/** A transport of the application's own may throw at once, or answer without a promise. */
function sent(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
  try {
    return Promise.resolve(transport.send(request));
  } catch (error) {
    return Promise.reject(toError(error));
  }
}

/**
 * An attempt as the transport is told of it. Of a class: V8 makes literals old that come from where many outlive a
 * scavenge, and this one leads to all that a call is made of.
 */
export class SentRequest implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly body: EncodedBody['body'];
  readonly signal: AbortSignalLike;
  readonly #attempt: Attempt;
  readonly stream: boolean;
  readonly lane: TransportLane = 'api';

  constructor(
    attempt: Attempt,
    readonly headers: Readonly<Record<string, string>>,
    { body }: EncodedBody,
    readonly maxResponseSize: number,
  ) {
    this.method = attempt.call.method;
    this.url = attempt.url;
    this.body = body;
    this.signal = attempt;
    this.#attempt = attempt;
    this.stream = attempt.call.responseType === 'stream';
  }

  trackProgress(progress: RequestProgress): void {
    this.#attempt.progress = progress;
  }
}

type Headers = Readonly<Record<string, string>>;

/** Headers that were made of those that a call stated, and what else they are made of. */
interface Prepared {
  readonly responseType: ResponseType;
  readonly issued: IssuedToken | undefined;
  readonly sent: Headers;
}

const ACCEPT: Readonly<Record<ResponseType, string>> = {
  json: 'application/json',
  text: '*/*',
  bytes: '*/*',
  stream: '*/*',
};

/** Writes the headers of requests. Calls with none of their own share one object a token, which spares its writing. */
export class RequestHeaders {
  readonly #prepared = new WeakMap<Headers, Prepared>();

  /** Returns the headers of `attempt`, whose body is `encoded`. */
  of(attempt: Attempt, encoded: EncodedBody): Headers {
    const { headers: stated, responseType } = attempt.call;
    // Only those that belong to no single call are frozen.
    if (encoded !== NO_BODY || !Object.isFrozen(stated)) return written(attempt, encoded);
    const { issued } = attempt;
    const last = this.#prepared.get(stated);
    if (last?.issued === issued && last?.responseType === responseType) return last.sent;
    const sent = Object.freeze(written(attempt, encoded));
    this.#prepared.set(stated, { responseType, issued, sent });
    return sent;
  }
}

function written({ call, issued }: Attempt, encoded: EncodedBody): Headers {
  return {
    accept: ACCEPT[call.responseType],
    'accept-encoding': ACCEPTED_ENCODINGS,
    'user-agent': USER_AGENT,
    ...encoded.headers,
    ...call.headers,
    ...(issued && { authorization: `Bearer ${issued.reveal()}` }),
  };
}

/** Takes note of what a token was used for, and of what that proves. */
export class TokenUse {
  /** Of the last request: the next one is likely to go there too. */
  #url = '';
  #path = '';

  constructor(private readonly log: EventLog) {}

  /**
   * Notes that `attempt` was sent with its token.
   *
   * @param status of the answer; `undefined` where none came
   * @param duration milliseconds from sending to the answer, or to its failure
   */
  note(
    { issued, call: { method, account, statedPath }, url }: Attempt,
    status: number | undefined,
    duration: number,
  ): void {
    if (issued === undefined) return;
    if (status !== undefined && provesAcceptance(status)) issued.markAccepted();
    const { token, scopes } = issued.audited;
    const path = this.#pathOf(url, statedPath);
    this.log.report(
      { kind: 'request-authorised', method, path, status, duration, token, scopes },
      account.credentials,
    );
  }

  #pathOf(url: string, stated: StatedPath | undefined): string {
    // An interceptor may have members of its own in a request.
    if (stated instanceof StatedPath && stated.isOf(url)) return stated.text;
    if (url !== this.#url) {
      this.#url = url;
      this.#path = pathTemplate(url);
    }
    return this.#path;
  }
}

/** A redirect or a gateway's 5xx may come from before the API has looked at the token. */
function provesAcceptance(status: number): boolean {
  return isSuccess(status) || (status >= 400 && status < 500 && status !== 401);
}
