import { Module, type DynamicModule } from '@nestjs/common';
import { isOptionsObject } from './config/option-reader.js';
import { ConfigurableModuleClass } from './cryptofuse.module-definition.js';
import type {
  CryptofuseModuleAsyncOptions,
  CryptofuseModuleExtras,
  CryptofuseModuleOptions,
} from './cryptofuse.options.js';

/** The Cryptofuse API for a NestJS application: import it, inject `CryptofuseService`. */
@Module({})
export class CryptofuseModule extends ConfigurableModuleClass {
  /**
   * Returns the module with a client of these options; what they leave out is taken from the environment.
   * Bad options stop the application's start with a `CryptofuseConfigException`.
   */
  static override forRoot(
    options: CryptofuseModuleOptions & CryptofuseModuleExtras = {},
  ): DynamicModule {
    if (!isOptionsObject(options)) return super.forRootAsync({ useFactory: () => options });
    // Options that are known at once are those of a factory: so each is read once, here.
    const { isGlobal, name, ...client } = options;
    return super.forRootAsync({ isGlobal, name, useFactory: () => client });
  }

  /** Returns the module with a client whose options a factory or a class makes. */
  static override forRootAsync(options: CryptofuseModuleAsyncOptions): DynamicModule {
    const { extraProviders = [], ...rest } = options;
    const definition = super.forRootAsync(rest);
    return { ...definition, providers: [...(definition.providers ?? []), ...extraProviders] };
  }
}
