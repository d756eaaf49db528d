import { TransportFailure } from './transport-failure.js';

const DNS = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/;
const UNREACHABLE = /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|EHOSTDOWN|ENETDOWN)$/;
/** What OpenSSL or the peer ends a connection with: a peer may do so after it has read the request. */
const TLS = /^ERR_SSL|^EPROTO$/;
/** Why Node does not accept the server's certificate: it sends nothing before it has. */
const CERTIFICATE = /CERT|^ERR_TLS|UNABLE_TO_|SELF_SIGNED|ALTNAME|^DEPTH_ZERO|^HOSTNAME_MISMATCH/;

/**
 * Returns the failure that Node's error code stands for. The message holds the code alone: the
 * error's own text may quote the request.
 */
export function failureOfNodeError(code: string): TransportFailure {
  if (code === 'ECONNREFUSED') {
    return new TransportFailure('connection_refused', 'not-sent', 'The connection was refused.');
  }
  if (DNS.test(code)) {
    return new TransportFailure('dns_failure', 'not-sent', `The host was not found (${code}).`);
  }
  if (TLS.test(code)) {
    return new TransportFailure('tls_failure', 'unknown', `The TLS connection failed (${code}).`);
  }
  if (CERTIFICATE.test(code)) {
    return new TransportFailure('tls_failure', 'not-sent', `The TLS connection failed (${code}).`);
  }
  if (UNREACHABLE.test(code)) {
    return new TransportFailure('connection_failed', 'unknown', `No connection (${code}).`);
  }
  if (code.startsWith('HPE_')) {
    return new TransportFailure('response_malformed', 'unknown', `Not HTTP (${code}).`);
  }
  return new TransportFailure('connection_reset', 'unknown', `The connection broke (${code}).`);
}
