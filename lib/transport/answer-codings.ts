import { codingsOf } from './content-decoding.js';
import type { TransportResponse } from './transport.js';

const BODILESS = new Set([204, 205, 304]);

/** Returns the codings to undo in the answer to a `method`: none where it has no body, whatever its headers say. */
export function answerCodings(
  method: string,
  { status, headers }: Pick<TransportResponse, 'status' | 'headers'>,
): readonly string[] {
  const isEmpty = BODILESS.has(status) || headers['content-length'] === '0';
  return method === 'HEAD' || isEmpty ? [] : codingsOf(headers['content-encoding']);
}
