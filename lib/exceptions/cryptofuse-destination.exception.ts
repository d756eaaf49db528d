import { InternalServerErrorException } from '@nestjs/common';
import { describedException } from './described-exception.js';

/** The bearer would have left `baseUrl`. Thrown before a byte is sent. */
export class CryptofuseDestinationException extends describedException(
  InternalServerErrorException,
  () => 500,
) {
  override readonly name: string = 'CryptofuseDestinationException';
}
