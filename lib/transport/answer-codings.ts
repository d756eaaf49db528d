import { codingsOf } from './content-decoding.js';
import type { TransportResponse } from './transport.js';

const BODILESS = new Set([204, 205, 304]);

type Head = Pick<TransportResponse, 'status' | 'headers'>;

/** Returns whether the answer to a `method` has no body, whatever else its headers say (RFC 9112 §6.3). */
export function isBodiless(method: string, { status, headers }: Head): boolean {
  return method === 'HEAD' || BODILESS.has(status) || headers['content-length'] === '0';
}

/** Returns the codings to undo in the answer to a `method`: none where it has no body. */
export function answerCodings(method: string, head: Head): readonly string[] {
  return isBodiless(method, head) ? [] : codingsOf(head.headers['content-encoding']);
}
