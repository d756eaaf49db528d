import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { boundedText } from '../exceptions/bounded-value.js';
import { CryptofuseException } from '../exceptions/cryptofuse.exception.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import type { ExceptionFacts } from '../exceptions/exception-facts.js';
import { TokenFailure } from './token-failure.js';

/** Returns the failure of a token request that takes longer than `timeout`; `cause`: what it has met until then. */
export function tokenTimeout(
  { timeout, clientId }: CryptofuseConfig,
  cause: TokenFailure | undefined,
): TokenFailure {
  const message = `No token came within ${timeout} ms.`;
  const facts = { code: 'token_timeout', message, clientId, outcome: 'not-sent' } as const;
  const told = cause === undefined ? facts : becauseOf(facts, cause);
  return new TokenFailure('slow', told, (stated) => new CryptofuseTimeoutException(stated));
}

/** Returns `facts`, which say that no token came in time, with the reason why there is none. */
export function becauseOf(facts: ExceptionFacts, cause: TokenFailure): ExceptionFacts {
  const met = cause.toException();
  if (!(met instanceof CryptofuseException)) return facts;
  const { code, message, upstreamStatus: status, hint } = met;
  const what = status === undefined ? code : `${status} ${code}`;
  return {
    ...facts,
    message: boundedText(`${facts.message} The last token request failed (${what}): ${message}`),
    details: { lastFailure: { status, code, message } },
    hint,
  };
}
