import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  type FactoryProvider,
  Module,
  type Provider,
} from '@nestjs/common';
import { ApplicationClientsModule } from './application-clients.js';
import { isOptionsObject } from './config/option-reader.js';
import type {
  CryptofuseModuleAsyncOptions,
  CryptofuseModuleExtras,
  CryptofuseModuleOptions,
} from './cryptofuse.options.js';
import {
  cryptofuseExports,
  cryptofuseProviders,
  OPTIONS,
  SealedOptions,
} from './cryptofuse.providers.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<CryptofuseModuleOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createCryptofuseOptions')
  .setExtras<CryptofuseModuleExtras>({ isGlobal: false, name: undefined }, withClient)
  .build();

/** Adds the client's providers to the module that the builder created. */
function withClient(
  definition: DynamicModule,
  { isGlobal = false, name }: CryptofuseModuleExtras,
): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), ApplicationClientsModule],
    providers: [...(definition.providers ?? []).map(seal), ...cryptofuseProviders(name)],
    exports: cryptofuseExports(name),
  };
}

/** Returns a copy of the own properties of `options`, without a prototype. */
function ownMembers<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

function seal(provider: Provider): Provider {
  if (typeof provider === 'function' || provider.provide !== OPTIONS) return provider;
  if (!('useFactory' in provider)) return provider;
  const { useFactory, ...rest }: FactoryProvider = provider;
  return {
    ...rest,
    useFactory: async (...dependencies: unknown[]) =>
      new SealedOptions(await useFactory(...dependencies)),
  };
}

/** The Cryptofuse API for a NestJS application: import it, inject `CryptofuseService`. */
@Module({})
export class CryptofuseModule extends ConfigurableModuleClass {
  /**
   * Returns the module with a client; options that are left out are read from the environment.
   *
   * ```ts
   * CryptofuseModule.forRoot({ scopes: ['read'], token: { eager: 'required' } });
   * ```
   *
   * Invalid options stop the application's start with a `CryptofuseConfigException`, which names each of them.
   */
  static override forRoot(
    options: CryptofuseModuleOptions & CryptofuseModuleExtras = {},
  ): DynamicModule {
    if (!isOptionsObject(options)) return super.forRootAsync({ useFactory: () => options });
    // Uses a factory, like forRootAsync, so that each option is read once, here.
    const { isGlobal, name, ...client } = ownMembers(options);
    return super.forRootAsync({ isGlobal, name, useFactory: () => client });
  }

  /**
   * Returns the module with a client whose options come from a factory or a class. They are validated as in
   * {@link forRoot}; an error that the factory throws stops the application's start.
   *
   * ```ts
   * CryptofuseModule.forRootAsync({
   *   inject: [Vault],
   *   useFactory: (vault: Vault) => ({ clientSecret: () => vault.read('cryptofuse') }),
   * });
   * ```
   */
  static override forRootAsync(options: CryptofuseModuleAsyncOptions): DynamicModule {
    const { extraProviders = [], ...rest } = ownMembers(options);
    const definition = super.forRootAsync(rest);
    return { ...definition, providers: [...(definition.providers ?? []), ...extraProviders] };
  }
}
