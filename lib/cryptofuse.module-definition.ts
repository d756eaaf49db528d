import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  type FactoryProvider,
  type Provider,
} from '@nestjs/common';
import { ApplicationClientsModule } from './application-clients.js';
import type { CryptofuseModuleExtras, CryptofuseModuleOptions } from './cryptofuse.options.js';
import { cryptofuseExports, cryptofuseProviders } from './cryptofuse.providers.js';
import { OPTIONS } from './options-token.js';
import { SealedOptions } from './sealed-options.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<CryptofuseModuleOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createCryptofuseOptions')
  .setExtras<CryptofuseModuleExtras>({ isGlobal: false, name: undefined }, withClient)
  .build();

/** Adds the client's providers to what the builder made. */
function withClient(
  definition: DynamicModule,
  { isGlobal = false, name }: CryptofuseModuleExtras,
): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), ApplicationClientsModule],
    providers: [...(definition.providers ?? []).map(sealed), ...cryptofuseProviders(name)],
    exports: cryptofuseExports(name),
  };
}

function sealed(provider: Provider): Provider {
  if (typeof provider === 'function' || provider.provide !== OPTIONS) return provider;
  if (!('useFactory' in provider)) return provider;
  const { useFactory, ...rest }: FactoryProvider = provider;
  return {
    ...rest,
    useFactory: async (...dependencies: unknown[]) =>
      new SealedOptions(await useFactory(...dependencies)),
  };
}
