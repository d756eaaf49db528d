import type { InjectionToken, Provider, Type } from '@nestjs/common';
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
import { createInDefaultScope } from './request-scope-guard.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';

/** The token of the module's options, inside the module. */
export const OPTIONS = Symbol('CRYPTOFUSE_MODULE_OPTIONS');

/** Wraps options on their way to `CryptofuseConfig`, so that printing the injector shows no secret. */
export class SealedOptions {
  readonly #options: unknown;

  constructor(options: unknown) {
    this.#options = options;
  }

  reveal(): unknown {
    return this.#options;
  }
}

function lifecycleProvider(name: string | undefined): Provider {
  return {
    provide: CryptofuseLifecycle,
    inject: [ApplicationClients],
    useFactory: (clients: ApplicationClients) => new CryptofuseLifecycle(name, clients),
  };
}

function configProvider(name: string | undefined): Provider {
  return {
    provide: CryptofuseConfig,
    inject: [OPTIONS, CryptofuseLifecycle],
    useFactory: async (options: SealedOptions, lifecycle: CryptofuseLifecycle) => {
      const configureClient = await loadConfigure();
      lifecycle.markOptionsResolved();
      return configureClient(options.reveal(), process.env, name);
    },
  };
}

const CLIENT: Provider = {
  provide: Client,
  inject: [
    CryptofuseConfig,
    Clock,
    ModuleRef,
    CryptofuseLifecycle,
    { token: CryptofuseAuditSink, optional: true },
  ],
  useFactory: async (
    config: CryptofuseConfig,
    clock: Clock,
    injector: ModuleRef,
    lifecycle: CryptofuseLifecycle,
    sink: CryptofuseAuditSink = new LoggerAuditSink(),
  ) => {
    // Loads class-validator, which options of calls need even if a test overrides CryptofuseConfig.
    await loadConfigure();
    const client = new Client(config, {
      clock,
      sink,
      instantiate: async (stated) =>
        typeof stated === 'function' ? createInDefaultScope(stated, injector, config) : stated,
    });
    lifecycle.attach(client);
    return client;
  },
};

/** Provides a part of the client. */
function partProvider(provide: Type, part: (client: Client) => unknown): Provider {
  return { provide, inject: [Client], useFactory: part };
}

const PARTS: readonly Provider[] = [
  partProvider(CryptofuseTokenService, ({ tokens }) => tokens),
  partProvider(CryptofuseService, (client) => new CryptofuseService(client)),
  partProvider(CryptofuseHttpService, (client) => new CryptofuseHttpService(client)),
  partProvider(CryptofuseAuthInterceptor, ({ machinery }) => machinery.auth),
  partProvider(CryptofuseErrorInterceptor, ({ machinery }) => machinery.errors),
];

const PROVIDERS: readonly Provider[] = [
  { provide: Clock, useClass: SystemClock },
  CLIENT,
  ...PARTS,
];

/** Returns the providers of one client. Each module has its own client, so only exported providers get a named token. */
export function cryptofuseProviders(name: string | undefined): Provider[] {
  const client = [lifecycleProvider(name), configProvider(name), ...PROVIDERS];
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
 * Loads `configure` with class-validator, which takes many times as long to load as the rest of the package. It is
 * loaded once: members of `Object.prototype` may make a later import fail.
 */
async function loadConfigure(): Promise<typeof configure> {
  loaded ??= (await import('./config/configure.js')).configure;
  return loaded;
}
