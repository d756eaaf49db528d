import { CryptofuseUnavailableException } from '../exceptions/cryptofuse-unavailable.exception.js';
import { exceptionOfFailure } from '../transport/exception-of-failure.js';
import { TransportFailure } from '../transport/transport-failure.js';
import { TokenFailure } from './token-failure.js';

/** Returns `error`, thrown while a token was fetched, as a failure that each caller can be told of. */
export function asTokenFailure(error: unknown, clientId: string): TokenFailure {
  if (error instanceof TokenFailure) return error;
  if (error instanceof TransportFailure) {
    // The call that waited for the token was not sent, whatever became of the token request.
    const { code, message, peer } = error;
    return new TokenFailure('passing', { code, message, clientId }, (facts) =>
      exceptionOfFailure(new TransportFailure(code, 'not-sent', facts.message, peer), clientId),
    );
  }
  const facts = { code: 'token_unavailable', message: 'The token request failed.', clientId };
  return new TokenFailure('own', facts, (told) => new CryptofuseUnavailableException(told));
}
