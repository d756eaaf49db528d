import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import type { TokenFailure } from '../token/token-failure.js';
import { becauseOf } from '../token/token-timeout.js';
import { OUTCOME_AT, type AttemptStage } from './attempt.js';

interface Missing {
  readonly code: string;
  readonly what: string;
}

const NO_TOKEN: Missing = { code: 'token_timeout', what: 'No token came' };
const NO_BODY: Missing = { code: 'timeout', what: 'The body did not come' };
const NO_ANSWER: Missing = { code: 'timeout', what: 'No answer came' };

const MISSING: Readonly<Record<AttemptStage, Missing>> = {
  token: NO_TOKEN,
  body: NO_BODY,
  answer: NO_ANSWER,
  cure: NO_TOKEN,
};

/**
 * Returns the exception of an attempt that was at `stage` after `timeout` ms.
 *
 * @param cause what the last token request met; `undefined` once one has succeeded
 */
export function tooSlow(
  stage: AttemptStage,
  timeout: number,
  clientId: string,
  cause?: TokenFailure,
): CryptofuseTimeoutException {
  const { code, what } = MISSING[stage];
  const message = `${what} within ${timeout} ms.`;
  const facts = { code, message, clientId, outcome: OUTCOME_AT[stage] };
  const isForToken = cause !== undefined && MISSING[stage] === NO_TOKEN;
  return new CryptofuseTimeoutException(isForToken ? becauseOf(facts, cause) : facts);
}
