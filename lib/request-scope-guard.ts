import { Scope, type InjectionToken, type OnModuleInit, type Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { refusedOptions } from './config/configure.js';
import type { ConfigProblem } from './exceptions/cryptofuse-config.exception.js';

/** A part of a client, and what is said if it would be made for each request. */
export interface GuardedPart {
  readonly of: InjectionToken;
  readonly problem: ConfigProblem;
}

/**
 * Stops the start where a part of the client depends on a request: Nest would make that part anew for each request and
 * keep the others, so that one tenant is served with the token of another. Itself it depends on nothing of the client:
 * the hooks of what depends on a request are not called.
 */
class RequestScopeGuard implements OnModuleInit {
  constructor(
    private readonly injector: ModuleRef,
    private readonly name: string | undefined,
    /** By what stands for the part, and for no other client's. */
    private readonly problems: ReadonlyMap<symbol, ConfigProblem>,
  ) {}

  onModuleInit(): void {
    const found = [...this.problems].filter(([probe]) => this.#isRequestScoped(probe));
    if (found.length === 0) return;
    throw refusedOptions(
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
