import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { DeadlineTimers } from '../clock/deadline-timers.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { pathTemplate } from '../diagnostics/event-labels.js';
import { EventLog } from '../diagnostics/event-log.js';
import { endBody } from '../request/body-stream.js';
import { encodeBody, type EncodedBody, NO_BODY } from '../request/body.js';
import { type CryptofuseResponse, isSuccess, type ResponseType } from '../request/call.js';
import { StatedPath } from '../request/path-params.js';
import type { IssuedToken } from '../token/issued-token.js';
import { asThrown, type EndSignal } from '../transport/cancellation.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { OriginLease } from '../transport/origins.js';
import { UnreadableBody } from '../transport/response-json.js';
import { exceptionOfFailure, TransportFailure } from '../transport/transport-failure.js';
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
import { Deadlines } from './deadline.interceptor.js';
import { QuotaWatch } from './quota-watch.js';
import { answerBody, answerStream } from './response-body.js';

/** Last of the way: encodes the request, has the transport send it, decodes the answer, and has noted what it tells. */
@Injectable()
export class TransportInterceptor {
  readonly #headers = new RequestHeaders();

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
    private readonly use: TokenUse,
    private readonly quota: QuotaWatch,
    private readonly deadlines: Deadlines,
    private readonly timers: DeadlineTimers,
  ) {}

  intercept(attempt: Attempt): Promise<CryptofuseResponse> {
    return attempt.call.body === undefined
      ? this.#sent(attempt, NO_BODY)
      : this.#sentOnceEncoded(attempt);
  }

  async #sentOnceEncoded(attempt: Attempt): Promise<CryptofuseResponse> {
    attempt.stage = 'body';
    return this.#sent(attempt, await encodeBody(attempt.call.body));
  }

  #sent(attempt: Attempt, encoded: EncodedBody): Promise<CryptofuseResponse> {
    attempt.stage = 'answer';
    attempt.progress = undefined;
    const headers = this.#headers.of(attempt, encoded);
    const request = new SentRequest(attempt, headers, encoded, this.config.maxResponseSize);
    const sentAt = this.clock.monotonic();
    this.#renewIfOver(attempt, sentAt);
    return sent(this.lease.transport, request).then(
      (answer) => {
        const answeredAt = this.clock.monotonic();
        this.#renewIfOver(attempt, answeredAt);
        this.use.note(attempt, answer.status, answeredAt - sentAt);
        this.quota.observe(attempt, answer.headers);
        if (answer.body instanceof TransportFailure) {
          endBody(encoded.body);
          return this.#unreadable(answer, answer.body);
        }
        const body = bodyOf(attempt, answer, answer.body);
        if (!(body instanceof Promise)) return this.#responseOf(attempt, answer, body);
        return body.then((read) => this.#responseOf(attempt, answer, read));
      },
      (error: unknown) => {
        this.use.note(attempt, undefined, this.clock.monotonic() - sentAt);
        endBody(encoded.body);
        if (!(error instanceof TransportFailure)) throw error;
        throw exceptionOfFailure(error, this.config.clientId);
      },
    );
  }

  /** A success is what its body says; of any other status the body says no more than the reason. */
  #unreadable(
    { status, headers }: TransportResponse,
    failure: TransportFailure,
  ): CryptofuseResponse {
    if (isSuccess(status)) throw exceptionOfFailure(failure, this.config.clientId);
    return { status, headers, body: new UnreadableBody('cannot be read', '') };
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
    const { clientId } = this.config;
    return answerStream(source, { signal: attempt, timeout, clientId }, this.timers);
  }
}

/** The application's own `validateStatus` may throw. */
function bodyOf({ call }: Attempt, answer: TransportResponse, body: ReadableBody): unknown {
  try {
    return answerBody(call, answer, body);
  } catch (error) {
    endBody(body);
    throw error;
  }
}

/** A transport of the application's own may throw at once, or answer without a promise. */
function sent(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
  try {
    return Promise.resolve(transport.send(request));
  } catch (error) {
    return Promise.reject(asThrown(error));
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
  readonly signal: EndSignal;
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
    ...(issued && { authorization: `Bearer ${issued.token.reveal()}` }),
  };
}

/** Takes note of what a token was used for, and of what that proves. */
@Injectable()
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
    { issued, call: { method, statedPath }, url }: Attempt,
    status: number | undefined,
    duration: number,
  ): void {
    if (issued === undefined) return;
    if (status !== undefined && provesAcceptance(status)) issued.markAccepted();
    const { token, scopes } = issued.audited;
    const path = this.#pathOf(url, statedPath);
    this.log.report({ kind: 'request-authorised', method, path, status, duration, token, scopes });
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
