import { NotFoundException, UnauthorizedException } from '@nestjs/common';
import {
  CryptofuseAuthenticationException,
  CryptofuseException,
  type CryptofuseService,
} from 'nestjs-cryptofuse';

/** Returns what kind of error a client whose credentials are refused gets. */
export async function refusal(api: CryptofuseService) {
  const error: unknown = await api.me().catch((reason: unknown) => reason);
  return {
    code: error instanceof CryptofuseException ? error.code : undefined,
    own: error instanceof CryptofuseAuthenticationException,
    nest: error instanceof UnauthorizedException,
    other: error instanceof NotFoundException,
  };
}
