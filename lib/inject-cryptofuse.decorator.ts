import { Inject } from '@nestjs/common';
import { getCryptofuseToken, type ProviderClass } from './cryptofuse-token.js';
import { CryptofuseService } from './cryptofuse.service.js';

/**
 * Injects a provider of the client `name`, its `CryptofuseService` unless another class is given.
 *
 * @throws {CryptofuseConfigException} where a client with a name has no such provider
 */
export function InjectCryptofuse(
  name?: string,
  provider: ProviderClass = CryptofuseService,
): ParameterDecorator & PropertyDecorator {
  return Inject(getCryptofuseToken(name, provider));
}
