import { Module, type DynamicModule } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseModule } from '../cryptofuse.module.js';
import type { CryptofuseModuleExtras, CryptofuseModuleOptions } from '../cryptofuse.options.js';
import type { CryptofuseSandbox } from './cryptofuse-sandbox.js';

/** Binds a client to a sandbox: its address, its credentials and its clock. */
@Module({})
export class CryptofuseTestingModule {
  /**
   * Returns `CryptofuseModule` for `sandbox`. The client reads time from `sandbox.clock`, so that
   * `sandbox.clock.advance(…)` moves both.
   *
   * ```ts
   * const module = await Test.createTestingModule({
   *   imports: [CryptofuseTestingModule.forSandbox(sandbox, { retry: false })],
   * }).compile();
   * ```
   *
   * @param options override those of the sandbox; bad ones stop the start as with `CryptofuseModule.forRoot`
   */
  static forSandbox(
    sandbox: CryptofuseSandbox,
    options: CryptofuseModuleOptions & CryptofuseModuleExtras = {},
  ): DynamicModule {
    const definition = CryptofuseModule.forRoot({ ...sandbox.moduleOptions, ...options });
    const clock = { provide: Clock, useValue: sandbox.clock };
    return { ...definition, providers: [...(definition.providers ?? []), clock] };
  }
}
