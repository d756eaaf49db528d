import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuthInterceptor,
  CryptofuseConfig,
  CryptofuseConfigException,
  CryptofuseErrorInterceptor,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  getCryptofuseToken,
  InjectCryptofuse,
  type CryptofuseModuleOptions,
  type CryptofuseOptionsFactory,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { stringsWithin } from '../support/strings-within.js';

@Injectable()
class Settings {
  static current: CryptofuseModuleOptions = {};
  readonly client = Settings.current;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class ClassOptions implements CryptofuseOptionsFactory {
  constructor(private readonly settings: Settings) {}

  createCryptofuseOptions(): Promise<CryptofuseModuleOptions> {
    return Promise.resolve(this.settings.client);
  }
}

@Module({ imports: [SettingsModule], providers: [ClassOptions], exports: [ClassOptions] })
class OptionsModule {}

@Injectable()
class Shop {
  constructor(
    readonly api: CryptofuseService,
    readonly tokens: CryptofuseTokenService,
    readonly http: CryptofuseHttpService,
    readonly config: CryptofuseConfig,
    readonly auth: CryptofuseAuthInterceptor,
    readonly errors: CryptofuseErrorInterceptor,
  ) {}
}

describe('CryptofuseModule', () => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule | undefined;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
    Settings.current = sandbox.moduleOptions;
  });
  afterEach(async () => {
    await module?.close();
    module = undefined;
    await sandbox.stop();
  });

  async function start(
    imports: (DynamicModule | Type)[],
    providers: Type[] = [Shop],
  ): Promise<TestingModule> {
    module = await Test.createTestingModule({ imports, providers }).compile();
    module.useLogger(false);
    return module.init();
  }

  const forms: readonly [string, () => DynamicModule][] = [
    ['forRoot', () => CryptofuseModule.forRoot(sandbox.moduleOptions)],
    [
      'useFactory',
      () => CryptofuseModule.forRootAsync({ useFactory: () => sandbox.moduleOptions }),
    ],
    [
      'useFactory with imports and inject',
      () =>
        CryptofuseModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => Promise.resolve(settings.client),
        }),
    ],
    [
      'useClass',
      () => CryptofuseModule.forRootAsync({ imports: [SettingsModule], useClass: ClassOptions }),
    ],
    [
      'useExisting',
      () => CryptofuseModule.forRootAsync({ imports: [OptionsModule], useExisting: ClassOptions }),
    ],
    [
      'extraProviders',
      () =>
        CryptofuseModule.forRootAsync({
          extraProviders: [Settings],
          inject: [Settings],
          useFactory: ({ client }: Settings) => client,
        }),
    ],
  ];

  it.each(forms)('is made by %s and injected by class', async (_, form) => {
    const shop = (await start([form()])).get(Shop);
    await expect(shop.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    expect(shop.http).toBeInstanceOf(CryptofuseHttpService);
    expect(shop.tokens.status().state).toBe('fresh');
    expect(shop.config).toMatchObject({ baseUrl: sandbox.url, timeout: 10_000 });
    expect(shop.auth).toBeInstanceOf(CryptofuseAuthInterceptor);
    expect(shop.errors).toBeInstanceOf(CryptofuseErrorInterceptor);
  });

  it('takes from the environment what the options leave out', async () => {
    const { clientId, clientSecret, baseUrl } = sandbox.moduleOptions;
    const before = { ...process.env };
    process.env['CRYPTOFUSE_CLIENT_ID'] = clientId;
    process.env['CRYPTOFUSE_CLIENT_SECRET'] = clientSecret;
    process.env['CRYPTOFUSE_BASE_URL'] = baseUrl;
    try {
      const shop = (await start([CryptofuseModule.forRoot()])).get(Shop);
      await expect(shop.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    } finally {
      process.env = before;
    }
  });

  it('is not available to other modules unless it is global', async () => {
    @Module({ providers: [Shop] })
    class ShopModule {}
    const client = sandbox.moduleOptions;
    await expect(start([CryptofuseModule.forRoot(client), ShopModule], [])).rejects.toThrow(
      /dependencies of the Shop/,
    );
    const app = await start(
      [CryptofuseModule.forRoot({ ...client, isGlobal: true }), ShopModule],
      [],
    );
    expect(app.get(Shop, { strict: false }).api).toBeInstanceOf(CryptofuseService);
  });

  it('creates named clients side by side, each with its own credentials', async () => {
    @Injectable()
    class Shops {
      constructor(
        readonly plain: CryptofuseService,
        @InjectCryptofuse('eu') readonly eu: CryptofuseService,
        @Inject(getCryptofuseToken('eu', CryptofuseTokenService))
        readonly euTokens: CryptofuseTokenService,
        @Inject(getCryptofuseToken('us', CryptofuseHttpService)) readonly us: CryptofuseHttpService,
      ) {}
    }
    sandbox.addClient({ clientId: 'eu', clientSecret: 'eu-secret', scopes: ['read'] });
    const baseUrl = sandbox.url;
    const shops = (
      await start(
        [
          CryptofuseModule.forRoot(sandbox.moduleOptions),
          CryptofuseModule.forRoot({
            name: 'eu',
            clientId: 'eu',
            clientSecret: 'eu-secret',
            baseUrl,
            scopes: ['read'],
          }),
          CryptofuseModule.forRootAsync({ name: 'us', useFactory: () => sandbox.moduleOptions }),
        ],
        [Shops],
      )
    ).get(Shops);
    await shops.plain.post('/payments/', { amount: '1.00', currency: 'USDT' });
    await expect(shops.eu.post('/payments/', {})).rejects.toMatchObject({
      code: 'insufficient_scope',
    });
    expect(shops.eu).not.toBe(shops.plain);
    expect(shops.euTokens.status().scopes).toEqual(['read']);
    expect(shops.us).toBeInstanceOf(CryptofuseHttpService);
    expect(getCryptofuseToken(undefined, CryptofuseService)).toBe(CryptofuseService);
  });

  it.each([
    ['forRoot', () => CryptofuseModule.forRoot({ clientId: '', baseUrl: 'ftp://x', timeout: 0 })],
    [
      'forRootAsync',
      () =>
        CryptofuseModule.forRootAsync({
          useFactory: () => ({ clientId: '', baseUrl: 'ftp://x', timeout: 0 }),
        }),
    ],
  ])('does not start with bad options of %s, and names each', async (_, form) => {
    const error = await rejectionOf(start([form()]));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    const { problems } = error as CryptofuseConfigException;
    expect(problems.map(({ property }) => property).sort()).toEqual([
      'baseUrl',
      'clientId',
      'clientSecret',
      'timeout',
    ]);
    expect(sandbox.requests).toEqual([]);
  });

  it('does not start when the factory returns nothing', async () => {
    const useFactory = () => undefined as unknown as CryptofuseModuleOptions;
    const error = await rejectionOf(start([CryptofuseModule.forRootAsync({ useFactory })]));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
  });

  it('keeps the secret out of what the injector holds', async () => {
    const app = await start([CryptofuseModule.forRoot(sandbox.moduleOptions)]);
    await app.get(CryptofuseService).me();
    const token = await app.get(CryptofuseTokenService).getToken();
    const { container } = app as unknown as { container: { getModules(): unknown } };
    const strings = stringsWithin(
      container.getModules(),
      // The test's own settings state the secret, as an application's would.
      (value) => value instanceof CryptofuseSandbox || value === Settings,
    );
    expect(strings).toContain(sandbox.clientId);
    const leaks = [...strings].filter((text) =>
      [sandbox.clientSecret, token].some((secret) => text.includes(secret)),
    );
    expect(leaks).toEqual([]);
  });
});
