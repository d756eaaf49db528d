import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
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

/** Returns the exception of an attempt that was at `stage` after `timeout` ms. */
export function tooSlow(
  stage: AttemptStage,
  timeout: number,
  clientId: string,
): CryptofuseTimeoutException {
  const { code, what } = MISSING[stage];
  const message = `${what} within ${timeout} ms.`;
  return new CryptofuseTimeoutException({ code, message, clientId, outcome: OUTCOME_AT[stage] });
}
