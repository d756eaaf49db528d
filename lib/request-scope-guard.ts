import { Scope, type ScopeOptions, type Type } from '@nestjs/common';
import { type ModuleRef, Reflector } from '@nestjs/core';
import {
  type ConfigProblem,
  optionsRefused,
  type RefusedClient,
} from './exceptions/cryptofuse-config.exception.js';

const OPTIONS_PROBLEM: ConfigProblem = {
  property: 'options',
  message:
    "depend on a request (REQUEST, or a provider that is request-scoped or durable), so that one merchant would be served with the token of another. Make a client for each merchant: CryptofuseModule.forRoot({ name: 'eu', … }), injected by @InjectCryptofuse('eu'). Merchants that are known only at run time are not supported yet",
};

const SINK_PROBLEM: ConfigProblem = {
  property: 'CryptofuseAuditSink',
  message:
    'depends on a request (REQUEST, or a provider that is request-scoped or durable), and a client has one sink for all of them. Provide one in the default scope',
};

/** Returns the exception for a client that was not created at startup because its options or its audit sink depend on a request. */
export function clientDependsOnRequest(name: string | undefined, hasOptions: boolean): Error {
  const problem = hasOptions ? SINK_PROBLEM : OPTIONS_PROBLEM;
  return optionsRefused([problem], { name, clientId: undefined });
}

/**
 * Creates an instance of `own`, an interceptor of the application, with Nest's injector.
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

/** Recognises Nest's error by its message: it has no code. */
function isOfRequestScope(error: unknown): boolean {
  return error instanceof Error && error.message.includes('request-scoped');
}
