import { TransportFailure } from '../contracts/transport.js';
import {
  CryptofuseServerException,
  CryptofuseUnavailableException,
} from '../exceptions/cryptofuse-exceptions.js';
import { hintFor, proxyHintFor } from '../exceptions/hints.js';

const DNS = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/;
const UNREACHABLE = /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|EHOSTDOWN|ENETDOWN)$/;
/** TLS errors from OpenSSL or the peer, which may occur after the peer has read the request. */
const TLS = /^ERR_SSL|^EPROTO$/;
/** Errors for a certificate that Node rejects, before it sends anything. */
const CERTIFICATE = /CERT|^ERR_TLS|UNABLE_TO_|SELF_SIGNED|ALTNAME|^DEPTH_ZERO|^HOSTNAME_MISMATCH/;

/** TLS errors that occur before any byte of a request is sent; others can occur later. */
const HANDSHAKE = /WRONG_VERSION|PROTOCOL_VERSION|NO_PROTOCOLS|HANDSHAKE_FAILURE/;

/**
 * Returns the failure for a Node error code. Its message contains only the code, because the error's own text may quote
 * the request.
 */
export function failureFromNodeError(code: string, stage: ConnectionStage): TransportFailure {
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

/** Returns the failure for `error`, which occurred while a response's body was read as a stream. */
export function failureFromStreamError(error: unknown): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = String(memberOf(error, 'code'));
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR')) {
    const message = 'The compressed response was cut or is not what its header says.';
    return new TransportFailure('response_undecodable', 'unknown', message);
  }
  if (code.startsWith('HPE_')) return failureFromNodeError(code, 'connected');
  return new TransportFailure('response_truncated', 'unknown', 'The response was cut.');
}

/** Returns a new exception for `failure` in the client `clientId`. */
export function exceptionForFailure(failure: TransportFailure, clientId: string): Error {
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

/** Returns a member of an error; Node's errors are not `instanceof Error` in another realm, such as a test runner's. */
export function memberOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** Whether a request can have been written yet. */
export type ConnectionStage = 'connecting' | 'connected';

/** Node has no code for a peer that disconnects during the TLS handshake. */
const BEFORE_TLS = 'before secure TLS connection was established';

/** Returns the stage of the connection at which `error`, a Node error, occurred, as far as the error shows it. */
export function stageOfNodeError(error: unknown): ConnectionStage {
  // A host with several addresses has one error for each.
  const attempts = memberOf(error, 'errors') ?? [error];
  return Array.isArray(attempts) && attempts.every(isOfConnecting) ? 'connecting' : 'connected';
}

function isOfConnecting(error: unknown): boolean {
  if (String(memberOf(error, 'message')).includes(BEFORE_TLS)) return true;
  const syscall = memberOf(error, 'syscall');
  return syscall === 'connect' || syscall === 'getaddrinfo';
}
