import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { boundedText } from '../exceptions/bounded-value.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import { asTokenFailure } from './as-token-failure.js';
import { REVOCATION_ENDPOINT } from './oauth-endpoint.js';
import { TokenFailure } from './token-failure.js';

/** Returns `error`, thrown while a token was revoked, as a failure that says so: nobody looks for it at `/o/token/`. */
export function asRevocationFailure(error: unknown, clientId: string): TokenFailure {
  const failure = asTokenFailure(error, clientId);
  const told = `The token was not revoked at ${REVOCATION_ENDPOINT.path}. ${failure.message}`;
  return failure.restated({ message: boundedText(told) });
}

/** Returns the failure of a revocation that takes longer than `timeout`. */
export function revocationTimeout({ timeout, clientId }: CryptofuseConfig): TokenFailure {
  const message = `No response came within ${timeout} ms.`;
  const facts = { code: 'timeout', message, clientId, outcome: 'unknown' } as const;
  return new TokenFailure('slow', facts, (told) => new CryptofuseTimeoutException(told));
}
