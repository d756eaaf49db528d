import { answerCodings } from '../transport/answer-codings.js';
import { decodeBody, decodeStream } from '../transport/content-decoding.js';
import { failureOfStreamError } from '../transport/failure-of-stream-error.js';
import { TransportFailure } from '../transport/transport-failure.js';
import type { ReadableBody, TransportRequest, TransportResponse } from '../transport/transport.js';

/** Returns an answer whose body is not as it came, but as it was before the server coded it. */
export function decodedAnswer(
  request: TransportRequest,
  answer: TransportResponse,
): TransportResponse | Promise<TransportResponse> {
  const codings = answerCodings(request.method, answer);
  const { status, headers, body } = answer;
  if (codings.length === 0 || body instanceof TransportFailure) return answer;
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
    return failureOfStreamError(error);
  }
}
