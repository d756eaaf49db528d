import type { FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { Clock } from './clock/clock.js';
import { DeadlineTimers } from './clock/deadline-timers.js';
import { SystemClock } from './clock/system-clock.js';
import type { configure } from './config/configure.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { loadConfigure } from './config/load-configure.js';
import { SecretRedactor } from './config/secret-redactor.js';
import { CryptofuseHttpService } from './cryptofuse-http.service.js';
import { CryptofuseLifecycle } from './cryptofuse.lifecycle.js';
import { CryptofuseService } from './cryptofuse.service.js';
import { getCryptofuseToken, PUBLIC_PROVIDERS } from './cryptofuse-token.js';
import { AuditTrail } from './diagnostics/audit-trail.js';
import { CryptofuseAuditSink } from './diagnostics/cryptofuse-audit-sink.js';
import { EventLog } from './diagnostics/event-log.js';
import { CallsInFlight } from './http/calls-in-flight.js';
import { Deadlines } from './http/deadlines.js';
import { Destination } from './http/destination.js';
import { LoggerAuditSink } from './diagnostics/logger-audit-sink.js';
import { ApplicationInterceptor } from './http/interceptors/application.interceptor.js';
import { CryptofuseAuthInterceptor } from './http/interceptors/auth.interceptor.js';
import { DeadlineInterceptor } from './http/interceptors/deadline.interceptor.js';
import { CryptofuseErrorInterceptor } from './http/interceptors/error.interceptor.js';
import { RedirectInterceptor } from './http/interceptors/redirect.interceptor.js';
import { QuotaInterceptor } from './http/interceptors/quota.interceptor.js';
import { RetryInterceptor } from './http/interceptors/retry.interceptor.js';
import { TransportInterceptor } from './http/interceptors/transport.interceptor.js';
import { Pipeline } from './http/pipeline.js';
import { QuotaWatch } from './http/quota-watch.js';
import { TokenUse } from './http/token-use.js';
import { OPTIONS } from './options-token.js';
import { requestScopeGuard, type GuardedPart } from './request-scope-guard.js';
import type { SealedOptions } from './sealed-options.js';
import { ClientSecrets } from './token/client-secrets.js';
import { ClockSkew } from './token/clock-skew.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
import { FailureMemory } from './token/failure-memory.js';
import { MemoryTokenStore } from './token/memory-token-store.js';
import { RenewalPlan } from './token/renewal-plan.js';
import { TokenAdmission } from './token/token-admission.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import { TokenFetcher } from './token/token-fetcher.js';
import { TokenKeeper } from './token/token-keeper.js';
import { TokenStatusReader } from './token/token-status-reader.js';
import { TokenStore } from './token/token-store.js';
import { axiosTransport } from './transport/axios-transport.js';
import { originRegistry } from './transport/origin-registry.js';
import { OriginLease } from './transport/origin-lease.js';
import { responseReading } from './transport/reading.js';
import type { TransportFactory } from './transport/transport.js';
import { WorkInFlight } from './transport/work-in-flight.js';

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
