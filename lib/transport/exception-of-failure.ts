import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import { CryptofuseUnavailableException } from '../exceptions/cryptofuse-unavailable.exception.js';
import { hintFor } from '../exceptions/hints.js';
import type { TransportFailure } from './transport-failure.js';

/** Returns a new exception for `failure`, as the client `clientId` met it. */
export function exceptionOfFailure(failure: TransportFailure, clientId: string): Error {
  const { code, message, outcome } = failure;
  const facts = { code, message, outcome, clientId, hint: hintFor(code) };
  switch (code) {
    case 'response_malformed':
    case 'response_too_large':
      return new CryptofuseServerException(facts);
    case 'request_body_failed':
    case 'invalid_request_header':
      return new CryptofuseUnavailableException({ ...facts, retryable: false });
    default:
      return new CryptofuseUnavailableException(facts);
  }
}
