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

/** Whom a connection is with: the server, or the proxy on the way to it. */
export type Peer = 'server' | 'proxy';

/** Why no response came, or why its body cannot be read; without a trace of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly code: TransportFailureCode,
    readonly outcome: RequestOutcome,
    message: string,
    /** Whose connection failed. */
    readonly peer: Peer = 'server',
  ) {
    super(message);
  }

  /** Returns this failure as one of a connection with `peer`. */
  withPeer(peer: Peer): TransportFailure {
    return new TransportFailure(this.code, this.outcome, this.message, peer);
  }
}
