import { finished, type Readable } from 'node:stream';
import { tooLarge } from './content-decoding.js';
import { failureOfStreamError } from './failure-of-stream-error.js';
import { GatheredBytes } from './gathered-bytes.js';

/**
 * Returns all bytes of `body`.
 *
 * @throws {TransportFailure} where it was cut, or is larger than `limit`
 */
export function gatheredBody(body: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const bytes = new GatheredBytes();
    body.on('data', (piece: Buffer) => {
      bytes.add(piece);
      if (bytes.size > limit) body.destroy(tooLarge(limit));
    });
    finished(body, { writable: false }, (error) => {
      if (error) reject(failureOfStreamError(error));
      else resolve(bytes.take());
    });
  });
}
