import { describe, expect, it } from '@jest/globals';
import { TransportFailure, type TransportFailureCode } from '../../../lib/contracts/transport.js';
import {
  CryptofuseServerException,
  CryptofuseUnavailableException,
} from '../../../lib/exceptions/cryptofuse-exceptions.js';
import { failureFromAxiosError } from '../../../lib/transport/failure-of-axios-error.js';
import {
  exceptionForFailure,
  failureFromNodeError,
} from '../../../lib/transport/transport-failure.js';

const NODE: readonly (readonly [string, TransportFailureCode, 'not-sent' | 'unknown'])[] = [
  ['ECONNREFUSED', 'connection_refused', 'not-sent'],
  ['ENOTFOUND', 'dns_failure', 'not-sent'],
  ['EAI_AGAIN', 'dns_failure', 'not-sent'],
  ['EAI_NODATA', 'dns_failure', 'not-sent'],
  ['ENODATA', 'dns_failure', 'not-sent'],
  ['ESERVFAIL', 'dns_failure', 'not-sent'],
  ['CERT_HAS_EXPIRED', 'tls_failure', 'not-sent'],
  ['CERT_NOT_YET_VALID', 'tls_failure', 'not-sent'],
  ['CERT_REVOKED', 'tls_failure', 'not-sent'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failure', 'not-sent'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failure', 'not-sent'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failure', 'not-sent'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_failure', 'not-sent'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failure', 'not-sent'],
  ['HOSTNAME_MISMATCH', 'tls_failure', 'not-sent'],
  // A peer may end TLS after it has read the request.
  ['EPROTO', 'tls_failure', 'unknown'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failure', 'not-sent'],
  ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'tls_failure', 'unknown'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls_failure', 'unknown'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'tls_failure', 'unknown'],
  ['EHOSTUNREACH', 'connection_failed', 'unknown'],
  ['ENETUNREACH', 'connection_failed', 'unknown'],
  ['EADDRNOTAVAIL', 'connection_failed', 'unknown'],
  ['ETIMEDOUT', 'connection_failed', 'unknown'],
  ['HPE_INVALID_CONSTANT', 'response_malformed', 'unknown'],
  ['HPE_HEADER_OVERFLOW', 'response_malformed', 'unknown'],
  ['ECONNRESET', 'connection_reset', 'unknown'],
  ['ECONNABORTED', 'connection_reset', 'unknown'],
  ['EPIPE', 'connection_reset', 'unknown'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'connection_reset', 'unknown'],
  ['unknown', 'connection_reset', 'unknown'],
  ['', 'connection_reset', 'unknown'],
];

describe('failureFromNodeError', () => {
  it.each(NODE)('reads %j as %s, with the request %s', (code, failureCode, outcome) => {
    const failure = failureFromNodeError(code, 'connected');
    expect(failure).toBeInstanceOf(TransportFailure);
    expect(failure).toMatchObject({ name: 'TransportFailure', code: failureCode, outcome });
    expect(failure.message).not.toBe('');
  });
});

describe('failureFromAxiosError', () => {
  const error = (code: unknown, message = 'holds Bearer secret-token') =>
    Object.assign(new Error(message), { code, config: { headers: { authorization: 'Bearer x' } } });

  it.each<[unknown, TransportFailureCode]>([
    [error('ECONNREFUSED'), 'connection_refused'],
    [error('ERR_BAD_RESPONSE', 'maxContentLength size of 5 exceeded'), 'response_too_large'],
    [error('ERR_BAD_RESPONSE', 'stream has been aborted'), 'response_truncated'],
    [error('ERR_INVALID_CHAR'), 'invalid_request_header'],
    [error('ERR_INVALID_HTTP_TOKEN'), 'invalid_request_header'],
    [error(5), 'connection_reset'],
    [new Error('no code'), 'connection_reset'],
    ['a string', 'connection_reset'],
    [undefined, 'connection_reset'],
  ])('reads %p as %s', (thrown, code) => {
    const failure = failureFromAxiosError(thrown, 5);
    expect(failure.code).toBe(code);
    expect(failure.cause).toBeUndefined();
    expect(failure.message).not.toContain('secret-token');
  });

  it('returns a transport failure unchanged', () => {
    const failure = new TransportFailure('response_undecodable', 'unknown', 'Cut.');
    expect(failureFromAxiosError(failure, 5)).toBe(failure);
  });
});

describe('exceptionForFailure', () => {
  it.each<[TransportFailureCode, unknown, boolean]>([
    ['connection_refused', CryptofuseUnavailableException, true],
    ['connection_failed', CryptofuseUnavailableException, true],
    ['connection_reset', CryptofuseUnavailableException, true],
    ['dns_failure', CryptofuseUnavailableException, true],
    ['tls_failure', CryptofuseUnavailableException, true],
    ['response_truncated', CryptofuseUnavailableException, true],
    ['response_undecodable', CryptofuseUnavailableException, true],
    ['response_malformed', CryptofuseServerException, true],
    ['response_too_large', CryptofuseServerException, false],
    ['invalid_request_header', CryptofuseUnavailableException, false],
    ['request_body_failed', CryptofuseUnavailableException, false],
  ])('returns an exception for %s', (code, type, retryable) => {
    const failure = new TransportFailure(code, 'unknown', 'It says so.');
    const exception = exceptionForFailure(failure, 'client');
    expect(exception).toBeInstanceOf(type);
    expect(exception).toMatchObject({
      code,
      retryable,
      message: 'It says so.',
      outcome: 'unknown',
      upstreamStatus: undefined,
    });
    expect(exceptionForFailure(failure, 'client')).not.toBe(exception);
  });
});
