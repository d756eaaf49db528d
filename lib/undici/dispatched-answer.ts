import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import { BufferedAnswer } from './buffered-answer.js';
import type { Line } from './line.js';
import { StreamedAnswer } from './streamed-answer.js';

/**
 * Sends `request` over `line`.
 *
 * @throws {TransportFailure} where no answer came
 * @throws the signal's reason where it was aborted
 */
export function dispatched(line: Line, request: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    signal?.throwIfAborted();
    const Answer = request.stream ? StreamedAnswer : BufferedAnswer;
    const handler = new Answer(line, request, resolve, reject);
    request.trackProgress?.(handler);
    if (signal !== undefined) handler.endWith(signal);
    line.turnstile.enter(handler);
  });
}
