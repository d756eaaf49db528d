import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuthenticationException,
  CryptofuseConfigException,
  CryptofuseModule,
  CryptofuseService,
  type ClientSecretStatement,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';

const LONE = 'half-\ud83d-a-smile';

describe.each<[string, CryptofuseModuleOptions]>([
  ['axios', {}],
  ['undici', { transport: undiciTransport() }],
])('credentials that cannot be sent, on %s,', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule | undefined;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
  });
  afterEach(async () => {
    await module?.close();
    module = undefined;
    await sandbox.stop();
  });

  async function start(options: CryptofuseModuleOptions): Promise<CryptofuseService> {
    await module?.close();
    const client = { ...sandbox.moduleOptions, ...transport, ...options };
    const imports = [CryptofuseModule.forRoot(client)];
    const started = await Test.createTestingModule({ imports }).compile();
    started.useLogger(false);
    module = await started.init();
    return module.get(CryptofuseService);
  }

  it.each<[string, string, CryptofuseModuleOptions]>([
    ['a lone surrogate', 'clientId', { clientId: LONE }],
    ['a lone surrogate', 'clientSecret', { clientSecret: LONE }],
    ['a lone surrogate', 'clientSecret', { clientSecret: ['current', LONE] }],
    ['control characters', 'clientId', { clientId: 'client\n' }],
    ['control characters', 'clientSecret', { clientSecret: 'from-a-file\n' }],
    ['control characters', 'clientSecret', { clientSecret: ['from-a-file\r\n', 'previous'] }],
    ['is empty', 'clientSecret', { clientSecret: '' }],
  ])('stop the start, and "%s" is said of %s (%#)', async (problem, property, options) => {
    const error = await rejectionOf(start(options));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as CryptofuseConfigException).problems).toEqual([
      { property, message: expect.stringContaining(problem) },
    ]);
    expect((error as Error).message).not.toContain('from-a-file');
    expect(sandbox.requests).toEqual([]);
  });

  it.each<[string, CryptofuseModuleOptions]>([
    ['baseUrl', { baseUrl: 'https://api.example/\ud83d' }],
    ['proxy', { proxy: 'http://user:\ud83d@proxy.example' }],
    ['scopes', { scopes: ['read', '\ud83d'] }],
  ])('have a lone surrogate refused in %s as well', async (property, options) => {
    const error = await rejectionOf(start(options));
    expect((error as CryptofuseConfigException).problems).toMatchObject([{ property }]);
  });

  it.each<[string, string, ClientSecretStatement]>([
    ['a newline at its end', 'control characters', 'from-a-vault\n'],
    ['a newline in one of two', 'control characters', ['from-a-vault', 'previous\r\n']],
    ['a lone surrogate', 'a lone surrogate', LONE],
    ['nothing in it', 'is empty', ''],
  ])(
    'from a function are refused with what is wrong with them: %s',
    async (_what, problem, secret) => {
      const functions = [() => secret, () => Promise.resolve(secret)];
      for (const clientSecret of functions) {
        const exception = await exceptionOf((await start({ clientSecret })).me());
        expect(exception).toBeInstanceOf(CryptofuseAuthenticationException);
        expect(exception).toMatchObject({ code: 'credentials_unavailable', outcome: 'not-sent' });
        expect(exception.message).toContain(problem);
        expect(exception.message).not.toContain('from-a-vault');
      }
      expect(sandbox.requests).toEqual([]);
    },
  );

  it('work with whole characters from everywhere', async () => {
    const [clientId, clientSecret] = ['client-🙂', 'sécret-🙃'];
    sandbox.addClient({ clientId, clientSecret });
    await expect((await start({ clientId, clientSecret })).me()).resolves.toBeDefined();
  });
});
