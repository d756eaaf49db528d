import { answerCodings } from '../transport/answer-codings.js';
import { decodeBody, decodeStream } from '../transport/content-decoding.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';

/** Returns an answer whose body is not as it came, but as it was before the server coded it. */
export function decodedAnswer(
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
