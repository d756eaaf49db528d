import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import type { RequestOutcome } from '../exceptions/exception-facts.js';
import { connectHint, hintFor } from '../exceptions/hints.js';
import type { TokenFailure } from '../token/token-failure.js';
import { becauseOf } from '../token/token-timeout.js';
import type { Awaited } from './attempt.js';

interface Missing {
  readonly code: string;
  readonly what: string;
}

/** The code of a call for which no connection was free in time. */
export const CONNECTIONS_BUSY = 'connections_busy';

const NO_TOKEN: Missing = { code: 'token_timeout', what: 'No token came' };

const MISSING: Readonly<Record<Awaited, Missing>> = {
  token: NO_TOKEN,
  body: { code: 'timeout', what: 'The body did not come' },
  'free connection': { code: CONNECTIONS_BUSY, what: 'No connection was free' },
  connection: { code: 'timeout', what: 'No connection came about' },
  answer: { code: 'timeout', what: 'No answer came' },
  cure: NO_TOKEN,
};

/** What ran out of time, and whose call it is. */
export interface Delay {
  readonly awaited: Awaited;
  /** Milliseconds. */
  readonly timeout: number;
  readonly outcome: RequestOutcome;
  readonly clientId: string;
  readonly hasProxy: boolean;
  /** What the last token request met; `undefined` once one has succeeded. */
  readonly cause?: TokenFailure | undefined;
}

/** Returns the exception of what did not come within `timeout` ms. */
export function tooSlow(delay: Delay): CryptofuseTimeoutException {
  const { awaited, timeout, outcome, clientId, hasProxy, cause } = delay;
  const missing = MISSING[awaited];
  const { code, what } = missing;
  const message = `${what} within ${timeout} ms.`;
  const hint = awaited === 'connection' ? connectHint(hasProxy) : hintFor(code);
  const facts = { code, message, clientId, outcome, hint };
  const isForToken = cause !== undefined && missing === NO_TOKEN;
  return new CryptofuseTimeoutException(isForToken ? becauseOf(facts, cause) : facts);
}
