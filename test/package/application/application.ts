import { Injectable, Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseModuleOptions,
  type CryptofuseOptionsFactory,
} from 'nestjs-cryptofuse';
import { CryptofuseSandbox, CryptofuseTestingModule } from 'nestjs-cryptofuse/testing';
import { MerchantReader } from './merchant-reader.js';
import { refusal } from './refusal.js';

@Injectable()
class Vault {
  static options: CryptofuseModuleOptions = {};
  readonly options = Vault.options;
}

@Module({ providers: [Vault], exports: [Vault] })
class VaultModule {}

@Injectable()
class VaultOptions implements CryptofuseOptionsFactory {
  constructor(private readonly vault: Vault) {}

  createCryptofuseOptions(): CryptofuseModuleOptions {
    return this.vault.options;
  }
}

@Module({})
class ReaderModule {}

async function readWith(...imports: DynamicModule[]) {
  const root = { module: ReaderModule, imports, providers: [MerchantReader] };
  const application = await NestFactory.createApplicationContext(root);
  try {
    return await application.get(MerchantReader).read();
  } finally {
    await application.close();
  }
}

async function refusedBy(sandbox: CryptofuseSandbox) {
  const module = CryptofuseModule.forRoot({ ...sandbox.moduleOptions, clientSecret: 'wrong' });
  const application = await NestFactory.createApplicationContext(module);
  try {
    return await refusal(application.get(CryptofuseService));
  } finally {
    await application.close();
  }
}

/** Returns what an application sees of the package, for each way to import its module. */
export async function runApplication() {
  Logger.overrideLogger(['error', 'fatal']);
  const first = await CryptofuseSandbox.start({ merchant: { name: 'First' } });
  const second = await CryptofuseSandbox.start({ merchant: { name: 'Second' }, prefix: '/api/v1' });
  Vault.options = first.moduleOptions;
  const named = CryptofuseModule.forRoot({ ...second.moduleOptions, name: 'second' });
  try {
    return {
      forRoot: await readWith(CryptofuseModule.forRoot(first.moduleOptions), named),
      useFactory: await readWith(
        CryptofuseModule.forRootAsync({
          imports: [VaultModule],
          inject: [Vault],
          useFactory: (vault: Vault) => Promise.resolve(vault.options),
        }),
        CryptofuseModule.forRootAsync({ name: 'second', useFactory: () => second.moduleOptions }),
      ),
      useClass: await readWith(
        CryptofuseModule.forRootAsync({ imports: [VaultModule], useClass: VaultOptions }),
        named,
      ),
      testingModule: await readWith(CryptofuseTestingModule.forSandbox(first), named),
      refusal: await refusedBy(first),
      tokensIssued: [first.counters.tokensIssued, second.counters.tokensIssued],
    };
  } finally {
    await first.stop();
    await second.stop();
  }
}
