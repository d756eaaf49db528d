import { CryptofuseUnavailableException } from './cryptofuse-unavailable.exception.js';
import { hintFor } from './hints.js';
import type { RequestOutcome } from './exception-facts.js';

/** Returns the exception of a call that the client's end cut off. */
export function clientClosed(clientId: string, outcome: RequestOutcome): Error {
  return new CryptofuseUnavailableException({
    code: 'client_closed',
    message: 'The Cryptofuse client was closed.',
    clientId,
    outcome,
    hint: hintFor('client_closed'),
    retryable: false,
  });
}
