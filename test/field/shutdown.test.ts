import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Global,
  Injectable,
  Module,
  Post,
  type INestApplication,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import http from 'node:http';
import type { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  getCryptofuseToken,
  type CryptofuseInterceptor,
  type CryptofuseModuleExtras,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import {
  CryptofuseSandbox,
  CryptofuseTestingModule,
  VirtualClock,
} from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { until } from '../support/until.js';

const TRANSPORTS: readonly [string, CryptofuseModuleOptions][] = [
  ['axios', {}],
  ['undici', { transport: undiciTransport() }],
];
const PAYMENT = { amount: '10.00', currency: 'USDT' };
const PAY = { method: 'POST', path: '/payments/' } as const;
const SIZE = 8_000_000;
const EXPORT = `/export/?bytes=${SIZE}`;
/** How long the server takes for a payment, in ms. */
const SLOW = 1_000;

@Controller()
class Payments {
  constructor(private readonly api: CryptofuseService) {}

  @Post('payments')
  pay(): Promise<unknown> {
    return this.api.post('/payments/', PAYMENT);
  }
}

/** A worker of the application, which finishes its job in its last hook. */
@Injectable()
class Worker implements OnApplicationShutdown {
  constructor(readonly api: CryptofuseService) {}

  last: (api: CryptofuseService) => Promise<unknown> = () => Promise.resolve();

  async onApplicationShutdown(): Promise<void> {
    const { last } = this;
    this.last = () => Promise.resolve();
    await last(this.api);
  }
}

class Untouched implements CryptofuseInterceptor {
  intercept: CryptofuseInterceptor['intercept'] = (request, next) => next(request);
}

describe.each(TRANSPORTS)('at the end of an application, on %s,', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let clock: VirtualClock;
  const modules: TestingModule[] = [];

  beforeEach(async () => {
    clock = new VirtualClock({ frozen: true });
    sandbox = await CryptofuseSandbox.start({ clock });
  });
  afterEach(async () => {
    await Promise.all(modules.splice(0).map((module) => module.close()));
    await sandbox.stop();
  });

  function client(options: CryptofuseModuleOptions & CryptofuseModuleExtras = {}) {
    return CryptofuseTestingModule.forSandbox(sandbox, { ...transport, ...options });
  }

  async function compile(metadata: ModuleMetadata): Promise<TestingModule> {
    const module = await Test.createTestingModule(metadata).compile();
    module.useLogger(false);
    modules.push(module);
    return module;
  }

  async function start(options: CryptofuseModuleOptions = {}): Promise<TestingModule> {
    return (await compile({ imports: [client(options)], providers: [Worker] })).init();
  }

  /** Starts closing the application, and waits until its client is waiting for the calls in flight. */
  async function beginEnd(module: TestingModule): Promise<{ readonly closed: Promise<void> }> {
    const before = clock.scheduled;
    const closed = module.close();
    await until(() => clock.scheduled > before);
    return { closed };
  }

  async function paymentsMade(count: number): Promise<void> {
    await until(() => sandbox.counters.paymentsCreated === count);
  }

  it('the request whose payment is under way gets its response', async () => {
    sandbox.fail({ on: PAY, delay: SLOW });
    const module = await compile({ imports: [client()], controllers: [Payments] });
    const app: INestApplication<http.Server> = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/payments`;
    const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
      http.request(url, { method: 'POST', agent: false }, resolve).on('error', reject).end();
    });
    await paymentsMade(1);
    const closed = app.close();
    await until(() => !app.getHttpServer().listening);
    clock.advance(SLOW);
    const response = await answered;
    response.resume();
    expect(response.statusCode).toBe(201);
    await closed;
    expect(sandbox.payments).toHaveLength(1);
  });

  it.each<[string, (api: TestingModule) => Promise<unknown>]>([
    ['CryptofuseService', (module) => module.get(CryptofuseService).post('/payments/', PAYMENT)],
    [
      'CryptofuseHttpService',
      (module) => firstValueFrom(module.get(CryptofuseHttpService).post('/payments/', PAYMENT)),
    ],
    [
      'CryptofuseHttpService by way of axios',
      (module) => {
        const service = module.get(CryptofuseHttpService);
        return service.axiosRef.post('/payments/', PAYMENT, { maxRedirects: undefined });
      },
    ],
  ])('a payment of %s that nobody awaits has time to finish', async (_face, pay) => {
    for (const interceptors of [[], [new Untouched()]]) {
      sandbox.reset();
      sandbox.fail({ on: PAY, delay: SLOW });
      const module = await start({ interceptors });
      const payment = pay(module);
      await paymentsMade(1);
      const closed = module.close();
      clock.advance(SLOW);
      await expect(payment).resolves.toBeDefined();
      await closed;
    }
  });

  it('a call that an interceptor of axios delays has time to be sent', async () => {
    const module = await start();
    const service = module.get(CryptofuseHttpService);
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    service.axiosRef.interceptors.request.use(async (config) => {
      await held;
      return config;
    });
    const payment = firstValueFrom(service.post('/payments/', PAYMENT));
    const { closed } = await beginEnd(module);
    go();
    await expect(payment).resolves.toMatchObject({ status: 201 });
    await closed;
  });

  it('closing twice at once, of a global client, waits for its one revocation', async () => {
    const token = { revokeOnShutdown: true };
    const module = await compile({ imports: [client({ isGlobal: true, token })] });
    await module.init();
    await module.get(CryptofuseService).me();
    sandbox.fail({ on: 'revoke', delay: SLOW });
    let ended = 0;
    const closed = [module.close(), module.close()].map((end) => end.then(() => (ended += 1)));
    await until(() => sandbox.counters.revocations === 1);
    expect(ended).toBe(0);
    clock.advance(SLOW);
    await Promise.all(closed);
  });

  it('a caller that waits for a token has time to get it', async () => {
    sandbox.fail({ on: 'token', delay: SLOW, times: 2 });
    const module = await start();
    const tokens = module.get(CryptofuseTokenService);
    const waiting = [tokens.getToken(), tokens.getAccessToken()];
    await until(() => sandbox.counters.tokenRequests === 1);
    const closed = module.close();
    clock.advance(SLOW);
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    await closed;
  });

  it('calls left after drainTimeout reject with that reason, and no new one begins', async () => {
    sandbox.fail({ on: PAY, hang: true, times: 2 });
    const module = await start({ drainTimeout: 3_000 });
    const api = module.get(CryptofuseService);
    const cut = [1, 2].map(() => exceptionOf(api.post('/payments/', PAYMENT)));
    await until(() => sandbox.counters.apiRequests === 2);
    const { closed } = await beginEnd(module);
    clock.advance(2_999);
    await expect(api.me()).resolves.toBeDefined();
    clock.advance(1);
    for (const exception of await Promise.all(cut)) {
      expect(exception).toMatchObject({ code: 'client_closed', outcome: 'unknown' });
      expect(exception.hint).toContain('drainTimeout');
    }
    await closed;
    const { apiRequests } = sandbox.counters;
    const late = [
      exceptionOf(api.me()),
      exceptionOf(firstValueFrom(module.get(CryptofuseHttpService).get('/user/me/'))),
      exceptionOf(module.get(CryptofuseTokenService).getToken()),
    ];
    for (const exception of await Promise.all(late)) {
      expect(exception).toMatchObject({ code: 'client_closed', outcome: 'not-sent' });
    }
    expect(sandbox.counters.apiRequests).toBe(apiRequests);
  });

  it('nothing is awaited with drainTimeout 0', async () => {
    sandbox.fail({ on: PAY, hang: true });
    const module = await start({ drainTimeout: 0 });
    const cut = exceptionOf(module.get(CryptofuseService).post('/payments/', PAYMENT));
    await until(() => sandbox.counters.apiRequests === 1);
    await module.close();
    expect(await cut).toMatchObject({ code: 'client_closed' });
  });

  it('closing takes no time when nothing is in flight', async () => {
    const module = await start();
    await module.get(CryptofuseService).post('/payments/', PAYMENT);
    // The clock stands still, so anything that waited for it would never end.
    await module.close();
    expect(sandbox.payments).toHaveLength(1);
  });

  it('closing twice, even at once, waits for the same end', async () => {
    sandbox.fail({ on: PAY, delay: SLOW });
    const module = await start({ token: { revokeOnShutdown: true } });
    const payment = module.get(CryptofuseService).post('/payments/', PAYMENT);
    await paymentsMade(1);
    const closed = [module.close(), module.close()];
    clock.advance(SLOW);
    await expect(payment).resolves.toBeDefined();
    await Promise.all(closed);
    await module.close();
    expect(sandbox.counters.revocations).toBe(1);
  });

  describe('a job that a worker awaits in its own last hook finishes, and may begin calls then, when', () => {
    function workerModule(...imports: (Type | ReturnType<typeof client>)[]): Type {
      @Module({ imports, providers: [Worker] })
      class WorkerModule {}
      return WorkerModule;
    }

    /** Returns a module that imports `module` over `levels` levels. */
    function deep(module: Type, levels: number): Type {
      if (levels === 0) return module;
      @Module({ imports: [deep(module, levels - 1)] })
      class Feature {}
      return Feature;
    }

    function core(isGlobal: boolean): Type {
      const imported = client();
      @Module({ imports: [imported], exports: [imported] })
      class Core {}
      if (isGlobal) Global()(Core);
      return Core;
    }

    it.each<[string, () => ModuleMetadata]>([
      ['the root has it', () => ({ imports: [client()], providers: [Worker] })],
      ['its module imports the client', () => ({ imports: [workerModule(client())] })],
      [
        'its module and the root import the client',
        () => {
          const imported = client();
          return { imports: [imported, deep(workerModule(imported), 2)] };
        },
      ],
      [
        'the client is global',
        () => ({ imports: [client({ isGlobal: true }), deep(workerModule(), 3)] }),
      ],
      [
        'the client is global and imported last',
        () => ({ imports: [deep(workerModule(), 3), client({ isGlobal: true })] }),
      ],
      [
        'its module imports a core module that has the client',
        () => {
          const imported = core(false);
          return { imports: [imported, deep(workerModule(imported), 2)] };
        },
      ],
      [
        'a global core module has the client',
        () => ({ imports: [deep(workerModule(), 5), core(true)] }),
      ],
      [
        'its module is global and imported behind the client',
        () => {
          const worker = workerModule();
          Global()(worker);
          return { imports: [client({ isGlobal: true }), worker] };
        },
      ],
    ])('%s', async (_where, metadata) => {
      const module = await (await compile(metadata())).init();
      const worker = module.get(Worker, { strict: false });
      sandbox.fail({ on: PAY, delay: SLOW, times: 2 });
      const begun = worker.api.post('/payments/', PAYMENT);
      await paymentsMade(1);
      worker.last = async (api) => {
        await begun;
        const second = api.post('/payments/', PAYMENT);
        await paymentsMade(2);
        clock.advance(SLOW);
        await second;
        await api.get('/payments/');
      };
      const closed = module.close();
      clock.advance(SLOW);
      await closed;
      expect(sandbox.payments).toHaveLength(2);
      expect(sandbox.counters.apiRequests).toBe(3);
    });
  });

  it('a retry whose pause is longer than drainTimeout is not awaited', async () => {
    const module = await start({ drainTimeout: 2_000 });
    const seen: unknown[] = [];
    const headers = { 'retry-after': '3' };
    module.get(Worker).last = async (api) => {
      sandbox.fail({ on: PAY, status: 429, headers });
      seen.push(await exceptionOf(api.post('/payments/', PAYMENT)));
    };
    await module.close();
    expect(seen).toMatchObject([{ outcome: 'refused', upstreamStatus: 429 }]);
    expect(sandbox.counters.apiRequests).toBe(1);
  });

  it('a retry whose pause is not longer is made', async () => {
    const module = await start({ drainTimeout: 3_000 });
    module.get(Worker).last = async (api) => {
      sandbox.fail({ on: PAY, status: 429, headers: { 'retry-after': '3' } });
      await hurried(clock, api.post('/payments/', PAYMENT));
    };
    await module.close();
    expect(sandbox.payments).toHaveLength(1);
  });

  it('a retry that nobody awaits is made', async () => {
    const module = await start({ drainTimeout: 60_000 });
    sandbox.fail({ on: 'token', delay: SLOW });
    sandbox.fail({ on: PAY, status: 429, headers: { 'retry-after': '1' } });
    const payment = module.get(CryptofuseService).post('/payments/', PAYMENT);
    await until(() => sandbox.counters.tokenRequests === 1);
    const { closed } = await beginEnd(module);
    await expect(hurried(clock, payment)).resolves.toBeDefined();
    await closed;
  });

  it('a call that would wait longer for the quota is refused', async () => {
    const module = await start({ drainTimeout: 5_000, quota: { policy: 'wait' } });
    const api = module.get(CryptofuseService);
    const reset = String(Math.ceil(clock.now() / 1_000) + 20);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    sandbox.fail({ on: 'api', headers });
    await api.me();
    const seen: unknown[] = [];
    module.get(Worker).last = async () => {
      seen.push(await exceptionOf(api.post('/payments/', PAYMENT)));
    };
    await module.close();
    expect(seen).toMatchObject([{ code: 'quota_spent', outcome: 'not-sent' }]);
    expect(await exceptionOf(api.me())).toMatchObject({ code: 'client_closed' });
    expect(sandbox.payments).toEqual([]);
  });

  it('a response that is being read is read to its end', async () => {
    const module = await start();
    const service = module.get(CryptofuseHttpService);
    const { data } = await firstValueFrom(
      service.get<Readable>(EXPORT, { responseType: 'stream' }),
    );
    const closed = module.close();
    const chunks: Buffer[] = [];
    for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toHaveLength(SIZE);
    await closed;
  });

  it('a response that nobody reads is cut after drainTimeout', async () => {
    const module = await start();
    const service = module.get(CryptofuseHttpService);
    const { data } = await firstValueFrom(
      service.get<Readable>(EXPORT, { responseType: 'stream' }),
    );
    const failed = new Promise((resolve) => data.once('error', resolve));
    const { closed } = await beginEnd(module);
    clock.advance(5_000);
    expect(await failed).toMatchObject({ code: 'client_closed' });
    await closed;
  });

  it('the token is revoked once what is in flight has ended', async () => {
    const module = await start({ token: { revokeOnShutdown: true } });
    sandbox.fail({ on: PAY, delay: SLOW });
    const payment = module.get(CryptofuseService).post('/payments/', PAYMENT);
    await paymentsMade(1);
    const closed = module.close();
    clock.advance(SLOW);
    await payment;
    await closed;
    expect(sandbox.requests.map(({ path }) => path).slice(-2)).toEqual([
      '/payments/',
      '/o/revoke_token/',
    ]);
  });

  it('the token is revoked while the dependencies of the client still exist', async () => {
    @Injectable()
    class Vault implements OnApplicationShutdown {
      secret: string | undefined = sandbox.clientSecret;

      onApplicationShutdown(): void {
        this.secret = undefined;
      }
    }
    @Module({ providers: [Vault], exports: [Vault] })
    class VaultModule {}
    const { clientId, baseUrl } = sandbox.moduleOptions;
    const module = await compile({
      imports: [
        CryptofuseModule.forRootAsync({
          imports: [VaultModule],
          inject: [Vault],
          useFactory: (vault: Vault) => ({
            ...transport,
            clientId,
            baseUrl,
            clientSecret: () => vault.secret ?? '',
            token: { revokeOnShutdown: true },
          }),
        }),
      ],
    });
    await module.init();
    await module.get(CryptofuseService).me();
    await module.close();
    expect(sandbox.counters.revocations).toBe(1);
  });

  it('a revocation that hangs is abandoned after two seconds', async () => {
    const module = await start({ token: { revokeOnShutdown: true } });
    await module.get(CryptofuseService).me();
    sandbox.fail({ on: 'revoke', hang: true });
    const closed = module.close();
    await until(() => sandbox.counters.revocations === 0 && sandbox.requests.length === 3);
    clock.advance(2_000);
    await closed;
  });

  it('an eager start is awaited, and its token revoked', async () => {
    sandbox.fail({ on: 'token', delay: SLOW });
    const token = { eager: true, revokeOnShutdown: true };
    const module = await compile({ imports: [client({ token })] });
    const started = module.init();
    await until(() => sandbox.counters.tokenRequests === 1);
    const closed = module.close();
    clock.advance(SLOW);
    await Promise.all([started, closed]);
    expect(sandbox.counters.revocations).toBe(1);
    expect(await exceptionOf(module.get(CryptofuseService).me())).toMatchObject({
      code: 'client_closed',
    });
  });

  it('an eager start that fails while closing leaves no client behind', async () => {
    sandbox.fail({ on: 'token', delay: SLOW });
    const options = { clientSecret: 'wrong', token: { eager: 'required' } } as const;
    const module = await compile({ imports: [client(options)] });
    modules.pop();
    const started = exceptionOf(module.init());
    await until(() => sandbox.counters.tokenRequests === 1);
    // Nest 11 rejects with the error of the start.
    const closed = module.close().catch(() => undefined);
    clock.advance(SLOW);
    expect(await started).toMatchObject({ code: 'invalid_client' });
    await closed;
    const refused = exceptionOf(module.get(CryptofuseService).me());
    expect(await refused).toMatchObject({ code: 'client_closed', outcome: 'not-sent' });
  });

  it('several clients of one origin end together, and not one after the other', async () => {
    const imports = [client(), client({ name: 'eu' })];
    const module = await compile({ imports, providers: [Worker] });
    await module.init();
    const apis = [
      module.get(Worker).api,
      module.get<CryptofuseService>(getCryptofuseToken('eu', CryptofuseService)),
    ];
    sandbox.fail({ on: PAY, hang: true, times: 2 });
    const cut = apis.map((api) => exceptionOf(api.post('/payments/', PAYMENT)));
    await until(() => sandbox.counters.apiRequests === 2);
    const before = clock.scheduled;
    const closed = module.close();
    await until(() => clock.scheduled === before + 2);
    clock.advance(5_000);
    await closed;
    expect(await Promise.all(cut)).toMatchObject([
      { code: 'client_closed' },
      { code: 'client_closed' },
    ]);
  });

  it('calls of another application to the same origin go on', async () => {
    const [ending, other] = [await start(), await start()];
    sandbox.fail({ on: PAY, delay: SLOW });
    const payment = other.get(CryptofuseService).post('/payments/', PAYMENT);
    await paymentsMade(1);
    await ending.get(CryptofuseService).me();
    await ending.close();
    clock.advance(SLOW);
    await expect(payment).resolves.toBeDefined();
  });
});
