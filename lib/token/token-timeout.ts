import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import { TokenFailure } from './token-failure.js';

/** Returns the failure of a token request that takes longer than `timeout`. */
export function tokenTimeout({ timeout, clientId }: CryptofuseConfig): TokenFailure {
  const code = 'token_timeout';
  const message = `No token came within ${timeout} ms.`;
  const facts = { code, message, clientId, outcome: 'not-sent' } as const;
  return new TokenFailure('slow', code, message, () => new CryptofuseTimeoutException(facts));
}
