import { GatewayTimeoutException } from '@nestjs/common';
import { describedException } from './described-exception.js';
import type { ExceptionFacts } from './exception-facts.js';

/** No answer, token, body or further byte of a stream came within `timeout`. */
export class CryptofuseTimeoutException extends describedException(
  GatewayTimeoutException,
  () => 504,
) {
  override readonly name: string = 'CryptofuseTimeoutException';

  constructor(facts: ExceptionFacts) {
    super({ ...facts, retryable: facts.retryable ?? true });
  }
}
