import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuditSink,
  CryptofuseConfig,
  CryptofuseConfigException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  getCryptofuseToken,
  InjectCryptofuse,
  type CryptofuseAuditEvent,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { LoggedLines } from '../support/logged-lines.js';
import { rejectionOf } from '../support/rejection-of.js';

class ListedEvents extends CryptofuseAuditSink {
  readonly events: CryptofuseAuditEvent[] = [];

  write(event: CryptofuseAuditEvent): void {
    this.events.push(event);
  }
}

describe('a client with a name', () => {
  let sandbox: CryptofuseSandbox;
  let environment: NodeJS.ProcessEnv;
  let log: LoggedLines;
  let module: TestingModule | undefined;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
    for (const id of ['eu', 'us'])
      sandbox.addClient({ clientId: `${id}-id`, clientSecret: `${id}-secret` });
    environment = process.env;
    process.env = Object.fromEntries(
      Object.entries(environment).filter(([name]) => !name.startsWith('CRYPTOFUSE_')),
    );
    log = LoggedLines.collect();
  });
  afterEach(async () => {
    await module?.close();
    module = undefined;
    log.release();
    process.env = environment;
    await sandbox.stop();
  });

  function set(variables: Readonly<Record<string, string>>): void {
    Object.assign(process.env, variables);
  }

  /** Sets the environment variables of an unnamed client, and of the base URL. */
  function setUnnamed(): void {
    set({
      CRYPTOFUSE_CLIENT_ID: sandbox.clientId,
      CRYPTOFUSE_CLIENT_SECRET: sandbox.clientSecret,
      CRYPTOFUSE_BASE_URL: sandbox.url,
    });
  }

  async function start(...imports: DynamicModule[]): Promise<TestingModule> {
    const compiled = await Test.createTestingModule({ imports }).setLogger(log).compile();
    module = compiled;
    return compiled.init();
  }

  async function refusalOf(...imports: DynamicModule[]): Promise<CryptofuseConfigException> {
    const error = await rejectionOf(start(...imports));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    return error as CryptofuseConfigException;
  }

  function configOf(started: TestingModule, name: string): CryptofuseConfig {
    return started.get<CryptofuseConfig>(getCryptofuseToken(name, CryptofuseConfig));
  }

  it.each<[string, () => DynamicModule]>([
    ['forRoot', () => CryptofuseModule.forRoot({ name: 'us', clientId: undefined })],
    [
      'forRootAsync',
      () =>
        CryptofuseModule.forRootAsync({ name: 'us', useFactory: () => ({ clientId: undefined }) }),
    ],
  ])('of %s is not another merchant because an option is missing', async (_, client) => {
    setUnnamed();
    const { message, problems } = await refusalOf(CryptofuseModule.forRoot(), client());
    expect(problems).toEqual([
      { property: 'clientId', message: 'is missing; state it or set CRYPTOFUSE_US_CLIENT_ID' },
      {
        property: 'clientSecret',
        message: 'is missing; state it or set CRYPTOFUSE_US_CLIENT_SECRET',
      },
    ]);
    expect(message).toContain('"us"');
    expect(sandbox.requests).toEqual([]);
  });

  it('lacks a secret even if the unnamed one exists', async () => {
    setUnnamed();
    const { problems } = await refusalOf(
      CryptofuseModule.forRoot({ name: 'us', clientId: 'us-id' }),
    );
    expect(problems.map(({ property }) => property)).toEqual(['clientSecret']);
  });

  it('reads its own variables, and each merchant has its own token', async () => {
    setUnnamed();
    set({ CRYPTOFUSE_EU_1_CLIENT_ID: 'eu-id', CRYPTOFUSE_EU_1_CLIENT_SECRET: 'eu-secret' });
    set({ CRYPTOFUSE_US_CLIENT_ID: 'us-id', CRYPTOFUSE_US_CLIENT_SECRET: 'us-secret' });
    const started = await start(
      CryptofuseModule.forRoot({ name: 'eu-1' }),
      CryptofuseModule.forRootAsync({ name: 'us', useFactory: () => ({}) }),
    );
    for (const name of ['eu-1', 'us']) {
      await started.get<CryptofuseService>(getCryptofuseToken(name, CryptofuseService)).me();
    }
    expect(['eu-1', 'us'].map((name) => configOf(started, name).clientId)).toEqual([
      'eu-id',
      'us-id',
    ]);
    expect(sandbox.counters.tokensIssued).toBe(2);
    expect(configOf(started, 'eu-1')).toMatchObject({ name: 'eu-1', baseUrl: sandbox.url });
  });

  it('takes only the address from the unnamed variables, and prefers its own', async () => {
    set({ CRYPTOFUSE_BASE_URL: 'https://staging.example' });
    set({ CRYPTOFUSE_EU_BASE_URL: 'https://eu.example', CRYPTOFUSE_US_BASE_URL: '' });
    const credentials = { clientId: 'a', clientSecret: 'b' };
    const started = await start(
      CryptofuseModule.forRoot({ name: 'eu', ...credentials }),
      CryptofuseModule.forRoot({ name: 'us', ...credentials }),
      CryptofuseModule.forRoot({ name: 'jp', ...credentials, baseUrl: 'https://jp.example' }),
    );
    expect(['eu', 'us', 'jp'].map((name) => configOf(started, name).baseUrl)).toEqual([
      'https://eu.example',
      'https://staging.example',
      'https://jp.example',
    ]);
  });

  it.each(['', ' ', 'e u', 'eu.1', 'é', 'eu\n', '$eu', 5, null])(
    'is refused when the name is %j',
    async (name) => {
      const options = { ...sandbox.moduleOptions, name } as { name: string };
      const { problems } = await refusalOf(CryptofuseModule.forRoot(options));
      expect(problems).toMatchObject([{ property: 'name' }]);
    },
  );

  it.each([
    ['eu-1', 'eu_1'],
    ['eu', 'EU'],
  ])('is refused as %s beside %s, which reads the same variables', async (name, other) => {
    const clients = [name, other].map((each) =>
      CryptofuseModule.forRoot({ ...sandbox.moduleOptions, name: each }),
    );
    const { message, problems } = await refusalOf(...clients);
    expect(problems).toMatchObject([{ property: 'name' }]);
    expect(message).toContain(`"${name}"`);
    expect(message).toContain(`"${other}"`);
  });

  it('is refused if its name is used by another clientId', async () => {
    const clients = ['us-id', 'eu-id'].map((clientId) =>
      CryptofuseModule.forRoot({ ...sandbox.moduleOptions, name: 'us', clientId }),
    );
    const { message, problems } = await refusalOf(...clients);
    expect(problems).toEqual([
      { property: 'name', message: expect.stringContaining('give one of them another name') },
    ]);
    expect(message).toContain('"us"');
    expect(sandbox.requests).toEqual([]);
  });

  it('may be stated by two modules with the same clientId', async () => {
    const options = { ...sandbox.moduleOptions, name: 'us' };
    const started = await start(
      CryptofuseModule.forRoot(options),
      CryptofuseModule.forRoot({ ...options, timeout: 5_000 }),
    );
    expect(configOf(started, 'us').clientId).toBe(sandbox.clientId);
  });

  it('is named in its audit events and warnings, unlike a client without a name', async () => {
    const [named, plain] = [new ListedEvents(), new ListedEvents()];
    const client = (useValue: ListedEvents, name?: string): DynamicModule =>
      CryptofuseModule.forRootAsync({
        name,
        extraProviders: [{ provide: CryptofuseAuditSink, useValue }],
        useFactory: (): CryptofuseModuleOptions => ({
          ...sandbox.moduleOptions,
          token: { eager: true },
          ...(name !== undefined && { clientId: 'eu-id', clientSecret: 'wrong' }),
        }),
      });
    await start(client(named, 'eu'), client(plain));
    expect(named.events).toMatchObject([{ kind: 'token-request-failed', client: 'eu' }]);
    expect(plain.events).toMatchObject([{ kind: 'token-issued', client: undefined }]);
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toMatch(/^client eu \(eu-id\): no new token/);
  });

  it('logs at its start what it calls, in one line without a secret', async () => {
    await start(
      CryptofuseModule.forRoot({ ...sandbox.moduleOptions, name: 'eu' }),
      CryptofuseModule.forRoot({
        clientId: 'plain',
        clientSecret: 'plain-secret',
        scopes: ['read'],
      }),
    );
    const lines = log.others.filter((line) => line.startsWith('client '));
    expect(lines.sort()).toEqual([
      `client eu (${sandbox.clientId}): calls ${sandbox.url}, scopes: read write`,
      'client plain: calls https://api.cryptofuse.io, scopes: read',
    ]);
  });

  it('injects its providers by class', async () => {
    @Injectable()
    class Shop {
      constructor(
        @InjectCryptofuse('eu') readonly api: CryptofuseService,
        @InjectCryptofuse('eu', CryptofuseTokenService) readonly tokens: CryptofuseTokenService,
      ) {}
    }
    const imports = [CryptofuseModule.forRoot({ ...sandbox.moduleOptions, name: 'eu' })];
    module = await Test.createTestingModule({ imports, providers: [Shop] }).compile();
    const shop = module.get(Shop);
    expect(shop.api).toBeInstanceOf(CryptofuseService);
    expect(shop.tokens).toBeInstanceOf(CryptofuseTokenService);
    const api: CryptofuseService = module.get(getCryptofuseToken('eu', CryptofuseService));
    expect(api).toBe(shop.api);
  });

  it('has injection tokens that do not depend on the names of classes, which minifiers change', () => {
    const classes = [
      CryptofuseConfig,
      CryptofuseHttpService,
      CryptofuseService,
      CryptofuseTokenService,
    ];
    const names = classes.map(({ name }) => name);
    const before = classes.map((provider) => getCryptofuseToken('eu', provider));
    for (const provider of classes) Object.defineProperty(provider, 'name', { value: 'a' });
    const after = classes.map((provider) => getCryptofuseToken('eu', provider));
    classes.forEach((provider, index) =>
      Object.defineProperty(provider, 'name', { value: names[index] }),
    );
    expect(after).toEqual(before);
    expect(new Set(after).size).toBe(classes.length);
  });

  it('has an injection token for what it provides, and for nothing else', () => {
    class Other {}
    expect(() => getCryptofuseToken('eu', Other)).toThrow(/"eu".*\n.*CryptofuseTokenService/);
    expect(getCryptofuseToken(undefined, Other)).toBe(Other);
  });
});

describe('a client without a name', () => {
  it.each([undefined, '', ' ', '\u00a0\t'])(
    'is refused with a clientId %j, which counts as missing',
    async (clientId) => {
      const environment = process.env;
      process.env = {};
      try {
        const imports = [CryptofuseModule.forRoot({ clientId })];
        const error = await rejectionOf(Test.createTestingModule({ imports }).compile());
        expect((error as CryptofuseConfigException).problems).toEqual([
          { property: 'clientId', message: 'is missing; state it or set CRYPTOFUSE_CLIENT_ID' },
          {
            property: 'clientSecret',
            message: 'is missing; state it or set CRYPTOFUSE_CLIENT_SECRET',
          },
        ]);
      } finally {
        process.env = environment;
      }
    },
  );
});
