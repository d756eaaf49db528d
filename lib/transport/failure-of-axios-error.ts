import { tooLarge } from './content-decoding.js';
import { stageOfNodeError, type ConnectionStage } from './connection-stage.js';
import { failureOfNodeError } from './failure-of-node-error.js';
import { memberOf } from './member-of.js';
import { TransportFailure } from './transport-failure.js';

/**
 * Returns the failure that `error`, thrown by axios, stands for; nothing of the error itself goes along.
 *
 * @param known how far the connection is known to have come, when the error does not tell
 */
export function failureOfAxiosError(
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
    return new TransportFailure('response_truncated', 'unknown', 'The answer was cut.');
  }
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') {
    const remedy = 'A header of the request holds a character that HTTP does not allow.';
    return new TransportFailure('invalid_request_header', 'not-sent', remedy);
  }
  return failureOfNodeError(
    code,
    known === 'connecting' ? known : stageOfNodeError(cause ?? error),
  );
}

function textOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  return { code, message: error.message };
}
