import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import { CryptofuseUnavailableException } from '../exceptions/cryptofuse-unavailable.exception.js';
import { hintFor, proxyHintFor } from '../exceptions/hints.js';
import type { TransportFailure } from './transport-failure.js';

/** Returns a new exception for `failure`, as the client `clientId` met it. */
export function exceptionOfFailure(failure: TransportFailure, clientId: string): Error {
  const { code, message, outcome, peer } = failure;
  const hint = peer === 'proxy' ? proxyHintFor(code) : hintFor(code);
  const facts = { code, message, outcome, clientId, hint };
  switch (code) {
    case 'response_malformed':
      return new CryptofuseServerException({ ...facts, retryable: true });
    case 'response_too_large':
      return new CryptofuseServerException(facts);
    case 'request_body_failed':
    case 'invalid_request_header':
      return new CryptofuseUnavailableException({ ...facts, retryable: false });
    default:
      return new CryptofuseUnavailableException(facts);
  }
}
