import { ServiceUnavailableException } from '@nestjs/common';
import { describedException } from './described-exception.js';
import type { ExceptionFacts } from './exception-facts.js';

/** No answer came: network, DNS, TLS, or this client was closed. */
export class CryptofuseUnavailableException extends describedException(
  ServiceUnavailableException,
  () => 503,
) {
  override readonly name: string = 'CryptofuseUnavailableException';

  constructor(facts: ExceptionFacts) {
    super({ ...facts, retryable: facts.retryable ?? true });
  }
}
