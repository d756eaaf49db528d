import type { ConnectionStage } from './connection-stage.js';
import { TransportFailure } from './transport-failure.js';

const DNS = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/;
const UNREACHABLE = /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|EHOSTDOWN|ENETDOWN)$/;
/** What OpenSSL or the peer ends a connection with: a peer may do so after it has read the request. */
const TLS = /^ERR_SSL|^EPROTO$/;
/** Why Node does not accept the server's certificate: it sends nothing before it has. */
const CERTIFICATE = /CERT|^ERR_TLS|UNABLE_TO_|SELF_SIGNED|ALTNAME|^DEPTH_ZERO|^HOSTNAME_MISMATCH/;

/** Of TLS these come up before a byte of a request is sent; others may break what has been sent already. */
const HANDSHAKE = /WRONG_VERSION|PROTOCOL_VERSION|NO_PROTOCOLS|HANDSHAKE_FAILURE/;

/**
 * Returns the failure that Node's error code stands for. The message holds the code alone: the
 * error's own text may quote the request.
 */
export function failureOfNodeError(code: string, stage: ConnectionStage): TransportFailure {
  if (code === 'ECONNREFUSED') {
    return new TransportFailure('connection_refused', 'not-sent', 'The connection was refused.');
  }
  if (DNS.test(code)) {
    return new TransportFailure('dns_failure', 'not-sent', `The host was not found (${code}).`);
  }
  const outcome = stage === 'connecting' ? 'not-sent' : 'unknown';
  if (TLS.test(code)) {
    const tlsOutcome = HANDSHAKE.test(code) ? 'not-sent' : outcome;
    return new TransportFailure('tls_failure', tlsOutcome, `The TLS connection failed (${code}).`);
  }
  if (CERTIFICATE.test(code)) {
    return new TransportFailure('tls_failure', 'not-sent', `The TLS connection failed (${code}).`);
  }
  if (UNREACHABLE.test(code)) {
    return new TransportFailure('connection_failed', outcome, `No connection (${code}).`);
  }
  if (code.startsWith('HPE_')) {
    return new TransportFailure('response_malformed', 'unknown', `Not HTTP (${code}).`);
  }
  return new TransportFailure('connection_reset', outcome, `The connection broke (${code}).`);
}
