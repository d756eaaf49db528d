import type { RequestOutcome } from '../exceptions/exception-facts.js';

/** Why no answer came. */
export type TransportFailureCode =
  | 'connection_refused'
  | 'connection_failed'
  | 'connection_reset'
  | 'dns_failure'
  | 'tls_failure'
  | 'response_truncated'
  | 'response_undecodable'
  | 'response_malformed'
  | 'response_too_large'
  | 'invalid_request_header'
  | 'request_body_failed';

/** Why no response came, or why its body cannot be read; without a trace of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly code: TransportFailureCode,
    readonly outcome: RequestOutcome,
    message: string,
  ) {
    super(message);
  }
}
