import { BadGatewayException } from '@nestjs/common';
import { describedException } from './described-exception.js';

/** The server failed: a 5xx, an answer that is not what it should be, or a redirect we refuse. */
export class CryptofuseServerException extends describedException(BadGatewayException, () => 502) {
  override readonly name: string = 'CryptofuseServerException';
}
