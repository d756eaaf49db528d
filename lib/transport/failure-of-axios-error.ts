import { tooLarge } from './content-decoding.js';
import { TransportFailure, type TransportRequest } from '../contracts/transport.js';
import {
  type ConnectionStage,
  failureFromNodeError,
  memberOf,
  stageOfNodeError,
} from './transport-failure.js';

/**
 * Returns the failure for `error`, thrown by axios, without including any of the error itself.
 *
 * @param known the connection's stage, if the error does not show it
 */
export function failureFromAxiosError(
  error: unknown,
  maxResponseSize: number,
  known: ConnectionStage = 'connected',
): TransportFailure {
  if (error instanceof TransportFailure) return error;
  // axios stores Node's error in `cause`.
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

/** The most bytes that an idle socket accepts in a single write: all of them or none. */
const ONE_WRITE = 16_384;

/**
 * Returns whether `error`, thrown by axios, shows that the server had closed the reused connection before any byte of
 * `request` was written: its first write failed.
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
