import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Inject,
  Injectable,
  Module,
  Scope,
  type DynamicModule,
  type InjectionToken,
  type OptionalFactoryDependency,
  type Type,
} from '@nestjs/common';
import { INQUIRER, REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuditSink,
  CryptofuseConfigException,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseInterceptor,
  type CryptofuseModuleOptions,
  type CryptofuseNext,
  type CryptofuseOptionsFactory,
  type CryptofuseRequest,
  type CryptofuseResponse,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection-of.js';

/** The options that the factories of this file return. */
let options: CryptofuseModuleOptions;

@Injectable({ scope: Scope.REQUEST })
class Tenant {}

@Injectable({ scope: Scope.REQUEST, durable: true })
class DurableTenant {}

/** Like the logger of nestjs-pino, one for each class that injects it. */
@Injectable({ scope: Scope.TRANSIENT })
class TransientLogger {
  constructor(@Inject(INQUIRER) readonly owner: unknown) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientTenant {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}

@Injectable()
class NeedsTenant {
  constructor(readonly tenant: Tenant) {}
}

@Injectable()
class TransientOfDurable {
  constructor(
    readonly logger: TransientLogger,
    readonly tenant: DurableTenant,
  ) {}
}

class OptionsOf implements CryptofuseOptionsFactory {
  createCryptofuseOptions(): CryptofuseModuleOptions {
    return options;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedOptions extends OptionsOf {}

@Injectable({ scope: Scope.REQUEST, durable: true })
class DurableOptions extends OptionsOf {}

@Injectable({ scope: Scope.TRANSIENT })
class TransientOptions extends OptionsOf {}

@Injectable()
class OptionsThatNeedTenant extends OptionsOf {
  constructor(readonly tenant: Tenant) {
    super();
  }
}

class Passing implements CryptofuseInterceptor {
  intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse> {
    return next(request);
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedInterceptor extends Passing {}

@Injectable()
class InterceptorOfRequest extends Passing {
  constructor(@Inject(REQUEST) readonly request: unknown) {
    super();
  }
}

@Injectable()
class LoggingInterceptor extends Passing {
  constructor(readonly logger: TransientLogger) {
    super();
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedSink extends CryptofuseAuditSink {
  write(): void {
    // Keeps nothing.
  }
}

@Injectable()
class LoggingSink extends CryptofuseAuditSink {
  constructor(readonly logger: TransientLogger) {
    super();
  }

  write(): void {
    // Keeps nothing.
  }
}

const PROVIDERS = [
  Tenant,
  DurableTenant,
  TransientLogger,
  TransientTenant,
  NeedsTenant,
  TransientOfDurable,
  RequestScopedOptions,
  OptionsThatNeedTenant,
];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
class TenantModule {}

const imports = [TenantModule];

function byFactory(
  inject: (InjectionToken | OptionalFactoryDependency)[],
  name?: string,
): DynamicModule {
  return CryptofuseModule.forRootAsync({ name, imports, inject, useFactory: () => options });
}

function withSink(useClass: Type<CryptofuseAuditSink>): DynamicModule {
  const extraProviders = [{ provide: CryptofuseAuditSink, useClass }];
  return CryptofuseModule.forRootAsync({ imports, extraProviders, useFactory: () => options });
}

function withInterceptor(interceptor: Type<CryptofuseInterceptor>): DynamicModule {
  const interceptors = [interceptor];
  const useFactory = (): CryptofuseModuleOptions => ({ ...options, interceptors });
  return CryptofuseModule.forRootAsync({ imports, useFactory });
}

describe('a client that would be made for each request', () => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule | undefined;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
    options = { ...sandbox.moduleOptions, token: { eager: true } };
  });
  afterEach(async () => {
    await module?.close();
    module = undefined;
    await sandbox.stop();
  });

  async function start(...clients: DynamicModule[]): Promise<TestingModule> {
    const started = await Test.createTestingModule({ imports: clients }).compile();
    started.useLogger(false);
    await started.init();
    return (module = started);
  }

  it.each<[string, () => DynamicModule]>([
    ['the request itself', () => byFactory([REQUEST])],
    ['the request itself, if there is one', () => byFactory([{ token: REQUEST, optional: true }])],
    ['a request-scoped provider', () => byFactory([Tenant])],
    ['a provider that needs a request-scoped one', () => byFactory([NeedsTenant])],
    ['a durable provider', () => byFactory([DurableTenant])],
    ['a transient provider that needs the request', () => byFactory([TransientTenant])],
    ['a durable provider beside a transient one', () => byFactory([TransientOfDurable])],
    [
      'a request-scoped class of options',
      () => CryptofuseModule.forRootAsync({ imports, useClass: RequestScopedOptions }),
    ],
    [
      'a durable class of options',
      () => CryptofuseModule.forRootAsync({ imports, useClass: DurableOptions }),
    ],
    [
      'a class of options that needs a request-scoped provider',
      () => CryptofuseModule.forRootAsync({ imports, useClass: OptionsThatNeedTenant }),
    ],
    [
      'an existing request-scoped class of options',
      () => CryptofuseModule.forRootAsync({ imports, useExisting: RequestScopedOptions }),
    ],
    [
      'an existing class of options that needs a request-scoped provider',
      () => CryptofuseModule.forRootAsync({ imports, useExisting: OptionsThatNeedTenant }),
    ],
  ])('stops the start when its options come from %s', async (_, client) => {
    const error = await rejectionOf(start(client()));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as CryptofuseConfigException).problems).toMatchObject([{ property: 'options' }]);
    expect((error as Error).message).toContain("forRoot({ name: 'eu', … })");
    expect((error as Error).message).toContain("@InjectCryptofuse('eu')");
    expect(sandbox.requests).toEqual([]);
  });

  it('stops the start when its audit sink is request-scoped', async () => {
    const error = await rejectionOf(start(withSink(RequestScopedSink)));
    expect(error).toBeInstanceOf(CryptofuseConfigException);
    expect((error as CryptofuseConfigException).problems).toMatchObject([
      { property: 'CryptofuseAuditSink' },
    ]);
    expect(sandbox.requests).toEqual([]);
  });

  it.each<Type<CryptofuseInterceptor>>([RequestScopedInterceptor, InterceptorOfRequest])(
    'stops the start when an interceptor is a %p',
    async (interceptor) => {
      const error = await rejectionOf(start(withInterceptor(interceptor)));
      expect(error).toBeInstanceOf(CryptofuseConfigException);
      expect((error as CryptofuseConfigException).problems).toMatchObject([
        { property: 'interceptors', message: expect.stringContaining(interceptor.name) },
      ]);
    },
  );

  it('is named in the error, and the others are not', async () => {
    const useFactory = (): CryptofuseModuleOptions => options;
    const fine = CryptofuseModule.forRootAsync({ name: 'us', useFactory });
    const plain = CryptofuseModule.forRootAsync({ useFactory });
    for (const clients of [
      [fine, byFactory([REQUEST], 'eu'), plain],
      [plain, byFactory([REQUEST], 'eu'), fine],
    ]) {
      const error = (await rejectionOf(start(...clients))) as Error;
      expect(error).toBeInstanceOf(CryptofuseConfigException);
      expect(error.message).toContain('"eu"');
      expect(error.message).not.toContain('"us"');
    }
  });

  it.each<[string, () => DynamicModule]>([
    ['options', () => byFactory([TransientLogger])],
    [
      'a class of options that is transient itself',
      () => CryptofuseModule.forRootAsync({ imports, useClass: TransientOptions }),
    ],
    ['an audit sink', () => withSink(LoggingSink)],
    ['an interceptor', () => withInterceptor(LoggingInterceptor)],
  ])('is not caused by a transient dependency alone, of %s', async (_, client) => {
    const started = await start(client());
    await expect(started.get(CryptofuseService).me()).resolves.toBeDefined();
  });

  it('is not caused by a request-scoped class that injects the client', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Checkout {
      constructor(
        readonly api: CryptofuseService,
        @Inject(REQUEST) readonly request: unknown,
      ) {}
    }
    const client = CryptofuseModule.forRoot(options);
    module = await Test.createTestingModule({ imports: [client], providers: [Checkout] }).compile();
    module.useLogger(false);
    await module.init();
    const [first, second] = [await module.resolve(Checkout), await module.resolve(Checkout)];
    expect(first).not.toBe(second);
    expect(first.api).toBe(second.api);
  });
});
