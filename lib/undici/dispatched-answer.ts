import type { Dispatcher } from 'undici';
import { onAbort } from '../transport/on-abort.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import { AnswerHandler, type Settle } from './answer-handler.js';
import { BufferedAnswer } from './buffered-answer.js';
import { dispatchOptions } from './dispatch-options.js';
import { failureOfUndiciError } from './failure-of-undici-error.js';
import { StreamedAnswer } from './streamed-answer.js';

/**
 * Sends `request` to `path` of `origin` through `dispatcher`; the answer's body is as it came.
 *
 * @throws {TransportFailure} where no answer came
 * @throws the signal's reason where it was aborted
 */
export function dispatched(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
  request: TransportRequest,
): Promise<TransportResponse> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    let stop = (): void => undefined;
    const end = (): void => {
      stop();
    };
    const settle: Settle = { resolve, reject, end };
    const handler: AnswerHandler = request.stream
      ? new StreamedAnswer(settle)
      : new BufferedAnswer(settle, request.maxResponseSize);
    if (signal !== undefined) {
      stop = onAbort(signal, () => {
        handler.abort(signal.reason as Error);
      });
    }
    try {
      dispatcher.dispatch(dispatchOptions(origin, path, request), handler);
    } catch (error) {
      // What undici does not even take it throws.
      end();
      reject(failureOfUndiciError(error, 'before'));
    }
  });
}
