import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { lastValueFrom } from 'rxjs';
import { exceptionOf } from '../support/exception-of.js';
import { until } from '../support/until.js';

const TIMEOUT = 300;
/** Long enough for a busy machine to get its token. */
const TOKEN_TIMEOUT = 1_000;

describe.each([
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
] as const)('fake timers that are put in and taken away, on %s', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule;
  let api: CryptofuseService;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
  });

  afterEach(async () => {
    jest.useRealTimers();
    await module.close();
    await sandbox.stop();
  });

  async function start(options: CryptofuseModuleOptions): Promise<void> {
    const imports = [CryptofuseModule.forRoot({ ...sandbox.moduleOptions, transport, ...options })];
    module = await Test.createTestingModule({ imports }).compile();
    module.useLogger(false);
    await module.init();
    api = module.get(CryptofuseService);
  }

  /** Starts `act` while fake timers are installed. */
  async function underFakeTimers<T>(act: () => T, until: () => Promise<void>): Promise<T> {
    // What the transports use themselves is not faked.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    try {
      const begun = act();
      await until();
      return begun;
    } finally {
      jest.useRealTimers();
    }
  }

  async function hanging(
    call: () => Promise<unknown>,
    path: string,
  ): Promise<() => Promise<Error>> {
    const before = sandbox.requests.length;
    return underFakeTimers(
      () => {
        const ended = exceptionOf(call());
        return () => ended;
      },
      () => until(() => sandbox.requests.slice(before).some((request) => request.path === path)),
    );
  }

  it('leave each call its deadline, including those that begin later', async () => {
    await start({ retry: false });
    await module.get(CryptofuseTokenService).getToken();
    sandbox.fail({ hang: true, on: 'api', times: Infinity });
    const timeout = TIMEOUT;
    const first = await hanging(() => api.post('/payments/', {}, { timeout }), '/payments/');
    const later = await exceptionOf(api.post('/payments/', {}, { timeout }));
    const http = module.get(CryptofuseHttpService);
    const other = await exceptionOf(lastValueFrom(http.get('/user/me/', { timeout })));
    for (const error of [await first(), later, other]) {
      expect(error).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    }
  });

  it('leave a token request its deadline, so that the next one is sent', async () => {
    await start({ timeout: TOKEN_TIMEOUT, retry: false });
    sandbox.fail({ hang: true, on: 'token' });
    const tokens = module.get(CryptofuseTokenService);
    const first = await hanging(() => tokens.getToken(), '/o/token/');
    expect(await first()).toMatchObject({ code: 'token_timeout' });
    expect(await tokens.getToken()).not.toBe('');
  });

  it('do not hold up the pause before a retry', async () => {
    await start({ retry: { maxDelay: 20 } });
    sandbox.fail({ status: 503, on: 'api' });
    const ended = await underFakeTimers(
      () => {
        const called = api.me();
        return () => called;
      },
      () => until(() => sandbox.requests.length === 3),
    );
    expect(await ended()).toMatchObject({ name: expect.any(String) as unknown });
  });

  it('do not swallow the end of a call that interceptors hold', async () => {
    const interceptor = { intercept: () => new Promise<never>(() => undefined) };
    await start({ interceptors: [interceptor] });
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    const ended = exceptionOf(api.me());
    await module.close();
    expect(await ended).toMatchObject({ code: 'client_closed' });
  });
});
