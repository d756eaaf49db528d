import type { IssuedToken } from '../token/issued-token.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { USER_AGENT } from '../transport/user-agent.js';
import type { Attempt } from './attempt.js';
import type { ResponseType } from './cryptofuse-request.js';
import { NO_BODY, type EncodedBody } from './encode-body.js';

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
