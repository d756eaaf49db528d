import { GatewayTimeoutException } from '@nestjs/common';
import { describedException } from './described-exception.js';
import type { ExceptionFacts } from './exception-facts.js';

/** No answer came within `timeout`. */
export class CryptofuseTimeoutException extends describedException(
  GatewayTimeoutException,
  () => 504,
) {
  constructor(facts: ExceptionFacts) {
    super({ ...facts, retryable: facts.retryable ?? true });
  }
}
