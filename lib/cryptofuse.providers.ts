import type { FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { Clock, SystemClock } from './clock/clock.js';
import { DeadlineTimers } from './clock/deadline-timers.js';
import type { configure } from './config/configure.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { SecretRedactor } from './config/secret-redactor.js';
import { CryptofuseHttpService } from './cryptofuse-http.service.js';
import { CryptofuseLifecycle } from './cryptofuse.lifecycle.js';
import { CryptofuseService } from './cryptofuse.service.js';
import { AuditTrail, CryptofuseAuditSink, LoggerAuditSink } from './diagnostics/audit.js';
import { EventLog } from './diagnostics/event-log.js';
import { getCryptofuseToken, PUBLIC_PROVIDERS } from './inject-cryptofuse.decorator.js';
import { ApplicationInterceptor } from './pipeline/application.interceptor.js';
import { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
import { CallsInFlight } from './pipeline/calls-in-flight.js';
import { DeadlineInterceptor, Deadlines } from './pipeline/deadline.interceptor.js';
import { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
import { Pipeline } from './pipeline/pipeline.js';
import { QuotaWatch } from './pipeline/quota-watch.js';
import { QuotaInterceptor } from './pipeline/quota.interceptor.js';
import { RedirectInterceptor } from './pipeline/redirect.interceptor.js';
import { RetryInterceptor } from './pipeline/retry.interceptor.js';
import { TokenUse, TransportInterceptor } from './pipeline/transport.interceptor.js';
import { type GuardedPart, requestScopeGuard } from './request-scope-guard.js';
import { Destination } from './request/destination.js';
import { ClientSecrets } from './token/client-secrets.js';
import { ClockSkew } from './token/clock-skew.js';
import { CryptofuseTokenService, TokenStatusReader } from './token/cryptofuse-token.service.js';
import { FailureMemory } from './token/failure-memory.js';
import { MemoryTokenStore } from './token/memory-token-store.js';
import { RenewalPlan } from './token/renewal-plan.js';
import { TokenAdmission } from './token/token-admission.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import { TokenFetcher } from './token/token-fetcher.js';
import { TokenKeeper } from './token/token-keeper.js';
import { TokenStore } from './token/token-store.js';
import { axiosTransport } from './transport/axios-transport.js';
import { responseReading } from './transport/content-decoding.js';
import { OriginLease, originRegistry } from './transport/origins.js';
import type { TransportFactory } from './transport/transport.js';
import { WorkInFlight } from './transport/work-in-flight.js';

/** What the module's options are injected by, inside the module. */
export const OPTIONS = Symbol('CRYPTOFUSE_MODULE_OPTIONS');

/** Options on their way to `CryptofuseConfig`, so that the injector's contents print no secret. */
export class SealedOptions {
  readonly #options: unknown;

  constructor(options: unknown) {
    this.#options = options;
  }

  reveal(): unknown {
    return this.#options;
  }
}

/** Of its own: what comes with it checks calls even where a test provides the configuration. */
const CONFIGURE: FactoryProvider = {
  provide: Symbol('CRYPTOFUSE_CONFIGURE'),
  useFactory: loadConfigure,
};

function config(name: string | undefined): Provider {
  return {
    provide: CryptofuseConfig,
    inject: [OPTIONS, CONFIGURE.provide],
    useFactory: (options: SealedOptions, checked: typeof configure) =>
      checked(options.reveal(), process.env, name),
  };
}

const LEASE: Provider = {
  provide: OriginLease,
  inject: [CryptofuseConfig],
  useFactory: ({ baseUrl, proxy, transport }: CryptofuseConfig) =>
    originRegistry.lease(
      (transport as TransportFactory | undefined) ?? axiosTransport(),
      baseUrl,
      proxy?.reveal(),
    ),
};

const TIMERS: Provider = {
  provide: DeadlineTimers,
  inject: [Clock],
  useFactory: (clock: Clock) => new DeadlineTimers(clock, responseReading),
};

/** The application's sink where its module, or a global one, provides one. */
const TRAIL: Provider = {
  provide: AuditTrail,
  inject: [{ token: CryptofuseAuditSink, optional: true }],
  useFactory: (sink: CryptofuseAuditSink = new LoggerAuditSink()) => new AuditTrail(sink),
};

/** The way of a request, from the call to the wire. */
const PIPELINE: Provider = {
  provide: Pipeline,
  inject: [
    CryptofuseConfig,
    CryptofuseErrorInterceptor,
    ApplicationInterceptor,
    QuotaInterceptor,
    RetryInterceptor,
    DeadlineInterceptor,
    RedirectInterceptor,
    CryptofuseAuthInterceptor,
    TransportInterceptor,
  ],
  useFactory: (
    { interceptors }: CryptofuseConfig,
    errors: CryptofuseErrorInterceptor,
    own: ApplicationInterceptor,
    quota: QuotaInterceptor,
    retry: RetryInterceptor,
    deadline: DeadlineInterceptor,
    redirect: RedirectInterceptor,
    auth: CryptofuseAuthInterceptor,
    transport: TransportInterceptor,
  ) =>
    new Pipeline(
      [errors, ...(interceptors.length > 0 ? [own] : []), quota, retry],
      deadline,
      [redirect, auth],
      (request) => transport.intercept(request),
    ),
};

/** What an application makes of a client by what it states, and may come to depend on a request. */
const GUARDED: readonly GuardedPart[] = [
  {
    of: CryptofuseConfig,
    problem: {
      property: 'options',
      message:
        "depend on a request (REQUEST, or a provider that is request-scoped or durable), so that one merchant would be served with the token of another. Make a client for each merchant: CryptofuseModule.forRoot({ name: 'eu', … }), injected by @InjectCryptofuse('eu'). Merchants that are known only at run time are not supported yet",
    },
  },
  {
    of: AuditTrail,
    problem: {
      property: 'CryptofuseAuditSink',
      message:
        'depends on a request (REQUEST, or a provider that is request-scoped or durable), and a client has one sink for all of them. Provide one in the default scope',
    },
  },
];

const CLIENT: readonly Provider[] = [
  CONFIGURE,
  { provide: Clock, useClass: SystemClock },
  TIMERS,
  SecretRedactor,
  TRAIL,
  EventLog,
  LEASE,
  WorkInFlight,
  ClientSecrets,
  ClockSkew,
  TokenEndpoint,
  TokenAdmission,
  FailureMemory,
  TokenFetcher,
  RenewalPlan,
  { provide: TokenStore, useClass: MemoryTokenStore },
  TokenKeeper,
  TokenStatusReader,
  CryptofuseTokenService,
  Destination,
  CallsInFlight,
  Deadlines,
  QuotaWatch,
  CryptofuseErrorInterceptor,
  ApplicationInterceptor,
  QuotaInterceptor,
  RetryInterceptor,
  DeadlineInterceptor,
  RedirectInterceptor,
  CryptofuseAuthInterceptor,
  TokenUse,
  TransportInterceptor,
  PIPELINE,
  CryptofuseService,
  CryptofuseHttpService,
  CryptofuseLifecycle,
];

/** Returns the providers of one client. Each module has a client of its own, so only what leaves the module is named. */
export function cryptofuseProviders(name: string | undefined): Provider[] {
  const client = [config(name), ...CLIENT, ...requestScopeGuard(name, GUARDED)];
  if (name === undefined) return client;
  const aliases = PUBLIC_PROVIDERS.map((provider) => ({
    provide: getCryptofuseToken(name, provider),
    useExisting: provider,
  }));
  return [...client, ...aliases];
}

/** Returns what the module of the client `name` exports. */
export function cryptofuseExports(name: string | undefined): InjectionToken[] {
  return PUBLIC_PROVIDERS.map((provider) => getCryptofuseToken(name, provider));
}

let loaded: typeof configure | undefined;

/**
 * Returns `configure`, which comes with class-validator: that takes many times as long to load as the rest
 * of the package. It is asked for once: what has got into `Object.prototype` since may fail any import.
 */
export async function loadConfigure(): Promise<typeof configure> {
  loaded ??= (await import('./config/configure.js')).configure;
  return loaded;
}
