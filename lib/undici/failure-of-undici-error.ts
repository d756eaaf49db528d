import { TransportFailure } from '../contracts/transport.js';
import { failureFromNodeError, memberOf } from '../transport/transport-failure.js';

/** The stage of a request: waiting for a connection, sent, or receiving its response. */
export type DispatchStage = 'before' | 'sent' | 'responding';

/** Returns the failure for `error`, reported by undici, without including any of the error itself. */
export function failureFromUndiciError(error: unknown, stage: DispatchStage): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const code = codeOf(error) ?? 'unknown';
  const named = namedFailure(code, stage);
  if (named !== undefined) return named;
  if (isNotHttp(error, code)) return notHttp();
  if (stage === 'responding') {
    return new TransportFailure('response_truncated', 'unknown', 'The response was cut.');
  }
  return failureFromNodeError(
    rootCodeOf(error, code),
    stage === 'before' ? 'connecting' : 'connected',
  );
}

function namedFailure(code: string, stage: DispatchStage): TransportFailure | undefined {
  switch (code) {
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED': {
      const message = 'The request holds something that HTTP does not allow.';
      return new TransportFailure('invalid_request_header', 'not-sent', message);
    }
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH': {
      const message = 'The body is not as long as its content-length says.';
      return new TransportFailure('request_body_failed', 'unknown', message);
    }
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new TransportFailure('response_malformed', 'unknown', 'The headers are too large.');
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      // undici reports this for any broken response with a length; without complete headers it is not a response.
      if (stage !== 'responding') return notHttp();
      return new TransportFailure('response_truncated', 'unknown', 'The response was cut.');
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TransportFailure('connection_failed', 'not-sent', 'No connection in time.');
    default:
      return undefined;
  }
}

function notHttp(): TransportFailure {
  return new TransportFailure('response_malformed', 'unknown', 'The response is not HTTP.');
}

/** Not all errors of undici's parser have a code, and an invalid status fails an assertion. */
function isNotHttp(error: unknown, code: string): boolean {
  if (code === 'ERR_ASSERTION' || memberOf(error, 'name') === 'HTTPParserError') return true;
  const message = memberOf(error, 'message');
  return message === 'bad response' || message === 'bad upgrade';
}

/** Returns the code of the first error, since a host with several addresses has one for each. */
function rootCodeOf(error: unknown, code: string): string {
  const errors = memberOf(error, 'errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return codeOf(first) ?? code;
}

function codeOf(error: unknown): string | undefined {
  const code = memberOf(error, 'code');
  return typeof code === 'string' ? code : undefined;
}
