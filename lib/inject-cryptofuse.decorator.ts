import { Inject, type InjectionToken } from '@nestjs/common';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { CryptofuseHttpService } from './cryptofuse-http.service.js';
import { CryptofuseService } from './cryptofuse.service.js';
import { CryptofuseConfigException } from './exceptions/cryptofuse-config.exception.js';
import { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
import { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';

/** The class of a provider. */
type ProviderClass = abstract new (...dependencies: never[]) => unknown;

type InstanceOf<Provider> = Provider extends abstract new (...dependencies: never[]) => infer Made
  ? Made
  : never;

/** The text for each class in its token: minifiers change the names of classes, and give many the same. */
const TEXTS: ReadonlyMap<ProviderClass, string> = new Map<ProviderClass, string>([
  [CryptofuseConfig, 'CryptofuseConfig'],
  [CryptofuseTokenService, 'CryptofuseTokenService'],
  [CryptofuseService, 'CryptofuseService'],
  [CryptofuseHttpService, 'CryptofuseHttpService'],
  [CryptofuseAuthInterceptor, 'CryptofuseAuthInterceptor'],
  [CryptofuseErrorInterceptor, 'CryptofuseErrorInterceptor'],
]);

/** The providers of a client that an application may inject. */
export const PUBLIC_PROVIDERS: readonly ProviderClass[] = [...TEXTS.keys()];

/**
 * Returns the injection token of a provider of the client `name`; for a client without a name, the class itself.
 *
 * ```ts
 * const api = app.get(getCryptofuseToken('eu', CryptofuseService));
 * ```
 *
 * @throws {CryptofuseConfigException} if a client with a name has no such provider
 */
export function getCryptofuseToken<Provider extends ProviderClass>(
  name: string | undefined,
  provider: Provider,
): InjectionToken<InstanceOf<Provider>> {
  if (name === undefined) return provider;
  const text = TEXTS.get(provider);
  if (text !== undefined) return `Cryptofuse(${name}):${text}`;
  const message = `must be one of ${[...TEXTS.values()].join(', ')}`;
  throw new CryptofuseConfigException([{ property: 'provider', message }], {
    subject: `The client ${JSON.stringify(name)} has no such provider:`,
  });
}

/**
 * Injects a provider of the client `name`, its `CryptofuseService` unless another class is given.
 *
 * ```ts
 * constructor(@InjectCryptofuse('eu') private readonly api: CryptofuseService) {}
 * ```
 *
 * @throws {CryptofuseConfigException} if a client with a name has no such provider
 */
export function InjectCryptofuse(
  name?: string,
  provider: ProviderClass = CryptofuseService,
): ParameterDecorator & PropertyDecorator {
  return Inject(getCryptofuseToken(name, provider));
}
