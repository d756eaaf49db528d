import type { FactoryProvider, InjectionToken, Provider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApplicationClients } from './application-clients.js';
import { Client } from './client.js';
import { Clock, SystemClock } from './clock/clock.js';
import type { configure } from './config/configure.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { CryptofuseHttpService } from './cryptofuse-http.service.js';
import { CryptofuseLifecycle } from './cryptofuse.lifecycle.js';
import { CryptofuseService } from './cryptofuse.service.js';
import { CryptofuseAuditSink, LoggerAuditSink } from './diagnostics/audit.js';
import { getCryptofuseToken, PUBLIC_PROVIDERS } from './inject-cryptofuse.decorator.js';
import { CryptofuseAuthInterceptor } from './pipeline/auth.interceptor.js';
import { CryptofuseErrorInterceptor } from './pipeline/error.interceptor.js';
import {
  createInDefaultScope,
  type GuardedPart,
  requestScopeGuard,
} from './request-scope-guard.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';

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

/** Of its own: what comes with it checks calls even if a test provides the configuration. */
const CONFIGURE: FactoryProvider = {
  provide: Symbol('CRYPTOFUSE_CONFIGURE'),
  useFactory: loadConfigure,
};

function configOf(name: string | undefined): Provider {
  return {
    provide: CryptofuseConfig,
    inject: [OPTIONS, CONFIGURE.provide],
    useFactory: (options: SealedOptions, checked: typeof configure) =>
      checked(options.reveal(), process.env, name),
  };
}

/** The application's sink if its module, or a global one, provides one. */
const SINK: FactoryProvider = {
  provide: Symbol('CRYPTOFUSE_AUDIT_SINK'),
  inject: [{ token: CryptofuseAuditSink, optional: true }],
  useFactory: (sink: CryptofuseAuditSink = new LoggerAuditSink()) => sink,
};

const CLIENT: Provider = {
  provide: Client,
  inject: [CryptofuseConfig, Clock, ModuleRef, SINK.provide],
  useFactory: (
    config: CryptofuseConfig,
    clock: Clock,
    injector: ModuleRef,
    sink: CryptofuseAuditSink,
  ) =>
    new Client(config, {
      clock,
      sink,
      instantiate: async (stated) =>
        typeof stated === 'function' ? createInDefaultScope(stated, injector, config) : stated,
    }),
};

/** Hands out a part of the client. */
function partOf(provide: Type, part: (client: Client) => unknown): Provider {
  return { provide, inject: [Client], useFactory: part };
}

const PARTS: readonly Provider[] = [
  partOf(
    CryptofuseTokenService,
    ({ account, machinery }) => new CryptofuseTokenService(account, machinery),
  ),
  partOf(CryptofuseService, (client) => new CryptofuseService(client)),
  partOf(CryptofuseHttpService, (client) => new CryptofuseHttpService(client)),
  partOf(CryptofuseAuthInterceptor, ({ machinery }) => machinery.auth),
  partOf(CryptofuseErrorInterceptor, ({ machinery }) => machinery.errors),
];

const LIFECYCLE: Provider = {
  provide: CryptofuseLifecycle,
  inject: [Client, CryptofuseTokenService, ApplicationClients],
  useFactory: (client: Client, tokens: CryptofuseTokenService, clients: ApplicationClients) =>
    new CryptofuseLifecycle(client, tokens, clients),
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
    of: SINK.provide,
    problem: {
      property: 'CryptofuseAuditSink',
      message:
        'depends on a request (REQUEST, or a provider that is request-scoped or durable), and a client has one sink for all of them. Provide one in the default scope',
    },
  },
];

const PROVIDERS: readonly Provider[] = [
  CONFIGURE,
  { provide: Clock, useClass: SystemClock },
  SINK,
  CLIENT,
  ...PARTS,
  LIFECYCLE,
];

/** Returns the providers of one client. Each module has a client of its own, so only what leaves the module is named. */
export function cryptofuseProviders(name: string | undefined): Provider[] {
  const client = [configOf(name), ...PROVIDERS, ...requestScopeGuard(name, GUARDED)];
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
async function loadConfigure(): Promise<typeof configure> {
  loaded ??= (await import('./config/configure.js')).configure;
  return loaded;
}
