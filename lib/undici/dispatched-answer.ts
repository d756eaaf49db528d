import type { Dispatcher } from 'undici';
import { answerCodings } from '../transport/answer-codings.js';
import { decodeBody, decodeStream } from '../transport/content-decoding.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import { AnswerHandler, type Settle } from './answer-handler.js';
import { BufferedAnswer } from './buffered-answer.js';
import { dispatchOptions } from './dispatch-options.js';
import { failureOfUndiciError } from './failure-of-undici-error.js';
import { StreamedAnswer } from './streamed-answer.js';

/**
 * Sends `request` to `origin` through `dispatcher`.
 *
 * @throws {TransportFailure} where no answer came
 * @throws the signal's reason where it was aborted
 */
export function dispatched(
  dispatcher: Dispatcher,
  origin: string,
  request: TransportRequest,
): Promise<TransportResponse> {
  const { url, signal } = request;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const settle: Settle = {
      resolve: (answer) => {
        resolve(decoded(request, answer));
      },
      reject,
    };
    const handler: AnswerHandler = request.stream
      ? new StreamedAnswer(settle)
      : new BufferedAnswer(settle, request.maxResponseSize);
    if (signal !== undefined) handler.endWith(signal);
    try {
      dispatcher.dispatch(dispatchOptions(origin, url.slice(origin.length), request), handler);
    } catch (error) {
      // What undici does not even take it throws.
      handler.fail(failureOfUndiciError(error, 'before'));
    }
  });
}

/** Returns an answer whose body is not as it came, but as it was before the server coded it. */
function decoded(
  { method, maxResponseSize }: TransportRequest,
  answer: TransportResponse,
): TransportResponse | Promise<TransportResponse> {
  const codings = answerCodings(method, answer);
  if (codings.length === 0) return answer;
  // Not at once: a stream that cannot be decoded is ended, and that would be told first.
  return Promise.resolve(answer).then((coded) => withoutCodings(coded, codings, maxResponseSize));
}

async function withoutCodings(
  { status, headers, body }: TransportResponse,
  codings: readonly string[],
  limit: number,
): Promise<TransportResponse> {
  if (!Buffer.isBuffer(body)) return { status, headers, body: decodeStream(body, codings) };
  return { status, headers, body: await decodeBody(body, codings, limit) };
}
