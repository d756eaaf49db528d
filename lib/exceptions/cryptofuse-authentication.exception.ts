import { UnauthorizedException } from '@nestjs/common';
import { describedException } from './described-exception.js';

/**
 * The API does not accept who we are: a 401 that a fresh token did not cure, or the token endpoint's
 * `invalid_client`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`, `invalid_request`.
 */
export class CryptofuseAuthenticationException extends describedException(
  UnauthorizedException,
  () => 401,
) {
  override readonly name: string = 'CryptofuseAuthenticationException';
}
