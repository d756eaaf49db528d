import { tooLarge } from './content-decoding.js';
import { TransportFailure, type TransportRequest } from '../contracts/transport.js';
import {
  type ConnectionStage,
  failureFromNodeError,
  memberOf,
  stageOfNodeError,
} from './transport-failure.js';

/**
 * Returns the failure that `error`, thrown by axios, stands for; nothing of the error itself goes along.
 *
 * @param known how far the connection is known to have come, when the error does not tell
 */
export function failureFromAxiosError(
  error: unknown,
  maxResponseSize: number,
  known: ConnectionStage = 'connected',
): TransportFailure {
  if (error instanceof TransportFailure) return error;
  // axios keeps Node's error there.
  const cause = memberOf(error, 'cause');
  if (cause instanceof TransportFailure) return cause;
  const { code, message } = textOf(error);
  if (message.startsWith('maxContentLength')) return tooLarge(maxResponseSize);
  if (code === 'ERR_BAD_RESPONSE') {
    return new TransportFailure('response_truncated', 'unknown', 'The response was cut.');
  }
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') {
    const remedy = 'A header of the request holds a character that HTTP does not allow.';
    return new TransportFailure('invalid_request_header', 'not-sent', remedy);
  }
  return failureFromNodeError(
    code,
    known === 'connecting' ? known : stageOfNodeError(cause ?? error),
  );
}

function textOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return { code, message: error.message };
}

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
