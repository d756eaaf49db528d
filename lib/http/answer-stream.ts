import { finished, PassThrough, type Readable } from 'node:stream';
import { exceptionOfFailure } from '../transport/exception-of-failure.js';
import { failureOfStreamError } from '../transport/failure-of-stream-error.js';

/**
 * Returns `source` as its reader is to see it: an error of it is a `CryptofuseException`, or the reason of
 * `signal` where that was aborted. Whoever destroys the one ends the other.
 */
export function answerStream(
  source: Readable,
  signal: AbortSignal | undefined,
  clientId: string,
): Readable {
  const body = new PassThrough();
  finished(source, { writable: false }, (error) => {
    if (!error) return;
    const isAborted = signal?.aborted === true;
    const failure = exceptionOfFailure(failureOfStreamError(error), clientId);
    body.destroy(isAborted ? (signal.reason as Error) : failure);
  });
  body.once('close', () => {
    source.destroy();
  });
  return source.pipe(body);
}
