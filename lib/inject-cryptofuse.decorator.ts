import { Inject } from '@nestjs/common';
import { getCryptofuseToken } from './cryptofuse-token.js';
import { CryptofuseService } from './cryptofuse.service.js';

/** Injects the `CryptofuseService` of the client `name`. */
export function InjectCryptofuse(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getCryptofuseToken(name, CryptofuseService));
}
