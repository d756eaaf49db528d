import {
  Scope,
  type InjectionToken,
  type OnModuleInit,
  type Provider,
  type ScopeOptions,
  type Type,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { type RefusedClient, optionsRefused } from './config/configure.js';
import type { ConfigProblem } from './exceptions/cryptofuse-config.exception.js';

/** A part of a client, and what is said if it would be made for each request. */
export interface GuardedPart {
  readonly of: InjectionToken;
  readonly problem: ConfigProblem;
}

/**
 * Stops the start if a part of the client depends on a request: Nest would make that part anew for each request and
 * keep the others, so that one tenant is served with the token of another. It does not depend on the client itself,
 * since Nest calls no hooks of what depends on a request.
 */
class RequestScopeGuard implements OnModuleInit {
  constructor(
    private readonly injector: ModuleRef,
    private readonly name: string | undefined,
    /** By the probe of the part, which is this client's alone. */
    private readonly problems: ReadonlyMap<symbol, ConfigProblem>,
  ) {}

  onModuleInit(): void {
    const found = [...this.problems].filter(([probe]) => this.#isRequestScoped(probe));
    if (found.length === 0) return;
    throw optionsRefused(
      found.map(([, problem]) => problem),
      { name: this.name, clientId: undefined },
    );
  }

  #isRequestScoped(probe: symbol): boolean {
    return this.injector.introspect(probe).scope === Scope.REQUEST;
  }
}

/** Returns the providers that guard `parts` of the client `name`. */
export function requestScopeGuard(
  name: string | undefined,
  parts: readonly GuardedPart[],
): readonly Provider[] {
  const problems = new Map<symbol, ConfigProblem>();
  // Nest looks a token up in all modules, and each client has the same ones: a probe is of this client alone.
  const probes = parts.map(({ of, problem }) => {
    const provide = Symbol(problem.property);
    problems.set(provide, problem);
    return { provide, inject: [of], useFactory: () => true };
  });
  const guard = {
    provide: RequestScopeGuard,
    inject: [ModuleRef],
    useFactory: (injector: ModuleRef) => new RequestScopeGuard(injector, name, problems),
  };
  return [...probes, guard];
}

/**
 * Returns an instance of `own`, an interceptor of the application's, made by Nest's injector.
 *
 * @throws {CryptofuseConfigException} if it depends on a request
 */
export async function createInDefaultScope<T>(
  own: Type<T>,
  injector: ModuleRef,
  client: RefusedClient,
): Promise<T> {
  if (isRequestScoped(own)) throw dependsOnRequest(own, client);
  try {
    return await injector.create(own);
  } catch (error) {
    throw isOfRequestScope(error) ? dependsOnRequest(own, client) : error;
  }
}

function dependsOnRequest({ name }: Type, client: RefusedClient): Error {
  const message = `${name} depends on a request, and is made once for all of them. Have it depend on providers in the default scope`;
  return optionsRefused([{ property: 'interceptors', message }], client);
}

/** Nest does not expose the scope of a class that it has not registered; the decorator's metadata has it. */
function isRequestScoped(own: Type): boolean {
  const stated = new Reflector().get<ScopeOptions | undefined>('scope:options', own);
  return stated?.scope === Scope.REQUEST;
}

/** Nest's error has no code. */
function isOfRequestScope(error: unknown): boolean {
  return error instanceof Error && error.message.includes('request-scoped');
}
