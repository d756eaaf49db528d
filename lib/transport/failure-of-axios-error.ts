import { tooLarge } from './content-decoding.js';
import { failureOfNodeError, type ConnectionStage } from './failure-of-node-error.js';
import { memberOf } from './member-of.js';
import { TransportFailure } from './transport-failure.js';

/** Node has no code for a peer that goes away while TLS is being set up. */
const BEFORE_TLS = 'before secure TLS connection was established';

/** Returns the failure that `error`, thrown by axios, stands for; nothing of the error itself goes along. */
export function failureOfAxiosError(error: unknown, maxResponseSize: number): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const cause = memberOf(error, 'cause');
  if (cause instanceof TransportFailure) return cause;
  const { code, message } = textOf(error);
  if (message.startsWith('maxContentLength')) return tooLarge(maxResponseSize);
  if (code === 'ERR_BAD_RESPONSE') {
    return new TransportFailure('response_truncated', 'unknown', 'The answer was cut.');
  }
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') {
    const remedy = 'A header of the request holds a character that HTTP does not allow.';
    return new TransportFailure('invalid_request_header', 'not-sent', remedy);
  }
  return failureOfNodeError(code, stageOf(error));
}

function textOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return { code, message: error.message };
}

/** How far the connection had come, as Node tells it; axios keeps Node's error as the cause. */
function stageOf(error: unknown): ConnectionStage {
  const root = memberOf(error, 'cause') ?? error;
  // Where a host has several addresses, there is one error for each.
  const attempts = memberOf(root, 'errors') ?? [root];
  return Array.isArray(attempts) && attempts.every(isOfConnecting) ? 'connecting' : 'connected';
}

function isOfConnecting(error: unknown): boolean {
  if (String(memberOf(error, 'message')).includes(BEFORE_TLS)) return true;
  const syscall = memberOf(error, 'syscall');
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
