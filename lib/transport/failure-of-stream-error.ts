import { failureOfNodeError } from './failure-of-node-error.js';
import { memberOf } from './member-of.js';
import { TransportFailure } from './transport-failure.js';

/** Returns the failure that `error` stands for, which came while an answer's body was read as a stream. */
export function failureOfStreamError(error: unknown): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = String(memberOf(error, 'code'));
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR')) {
    const message = 'The compressed answer was cut or is not what its header says.';
    return new TransportFailure('response_undecodable', 'unknown', message);
  }
  if (code.startsWith('HPE_')) return failureOfNodeError(code, 'connected');
  return new TransportFailure('response_truncated', 'unknown', 'The answer was cut.');
}
