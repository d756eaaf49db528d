import { memberOf } from './member-of.js';
import type { TransportRequest } from './transport.js';

/** So few bytes go into the empty buffer of an idle socket at once: all of them, or none. */
const ONE_WRITE = 16_384;

/**
 * Returns whether `error`, thrown by axios, says that the server had closed the kept connection before a
 * byte of `request` was written: its first write failed.
 */
export function isNeverWritten(error: unknown, request: TransportRequest): boolean {
  if (memberOf(memberOf(error, 'request'), 'reusedSocket') !== true) return false;
  if (memberOf(memberOf(error, 'cause') ?? error, 'syscall') !== 'write') return false;
  return sizeOf(request) <= ONE_WRITE;
}

function sizeOf({ url, headers, body }: TransportRequest): number {
  if (body !== undefined && !(body instanceof Uint8Array)) return Infinity;
  const head = Object.entries(headers).flat().join('').length + url.length;
  return head + (body?.byteLength ?? 0);
}
