import { Injectable, Scope, type OnModuleInit, type ScopeOptions, type Type } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { nodeTimers } from '../../clock/node-timers.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { refusedOptions } from '../../config/refused-options.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import { endBody } from '../one-shot-body.js';
import type { EndSignal } from '../../transport/end-signal.js';
import { onAbort } from '../../transport/on-abort.js';
import { untilAborted } from '../../transport/until-aborted.js';
import { abortSignalOf } from '../abort-signal-of.js';
import type { Call } from '../call.js';
import { CallWait } from '../call-wait.js';
import { CallsInFlight } from '../calls-in-flight.js';
import { checkedStep } from '../checked-step.js';
import type { Next, Step } from '../compose.js';
import type { CryptofuseInterceptor, CryptofuseNext } from '../cryptofuse-interceptor.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { asSeen, asSent } from '../seen-request.js';

/**
 * Runs the application's own interceptors: instances as they were stated, classes made by Nest's injector.
 * They are made once every provider is there, so that one may inject a service of the same client.
 */
@Injectable()
export class ApplicationInterceptor implements Step<Call>, OnModuleInit {
  #made: Promise<readonly CryptofuseInterceptor[]> | undefined;
  #chain: CryptofuseNext | undefined;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly injector: ModuleRef,
    private readonly calls: CallsInFlight,
  ) {}

  /** The application does not start where one cannot be made. */
  async onModuleInit(): Promise<void> {
    await this.#make();
  }

  async intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    if (this.calls.closed) throw clientClosed(this.config.clientId, 'not-sent');
    const chain = (this.#chain ??= this.#chainOf(await this.#make(), next));
    const answer = chain(asSeen({ ...call, signal: abortSignalOf(call.signal) }));
    return this.#untilEnd(answer, call.signal);
  }

  /** Settles as `answer` does, or with the call's end, whatever the interceptors do then. */
  #untilEnd(
    answer: Promise<CryptofuseResponse>,
    signal: EndSignal | undefined,
  ): Promise<CryptofuseResponse> {
    return new Promise((resolve, reject) => {
      const wait = new CallWait('unknown');
      onAbort(wait, () => {
        // The steps behind know better what became of the request: they come first.
        nodeTimers.setImmediate(reject, wait.reason);
      });
      this.calls.enter(wait, undefined);
      const leave = (): void => {
        this.calls.leave(wait);
      };
      untilAborted(answer, signal).then(resolve, reject).finally(leave);
      // An answer that comes after the call's end is nobody's.
      answer.then(({ body }) => {
        if (signal?.aborted === true) endBody(body);
      }, ignore);
    });
  }

  #make(): Promise<readonly CryptofuseInterceptor[]> {
    return (this.#made ??= Promise.all(
      this.config.interceptors.map((stated) => this.#instanceOf(stated)),
    ));
  }

  async #instanceOf(stated: object): Promise<CryptofuseInterceptor> {
    if (typeof stated !== 'function') return stated as CryptofuseInterceptor;
    const own = stated as Type<CryptofuseInterceptor>;
    if (isRequestScoped(own)) throw this.#dependsOnRequest(own);
    try {
      return await this.injector.create(own);
    } catch (error) {
      throw isOfRequestScope(error) ? this.#dependsOnRequest(own) : error;
    }
  }

  #dependsOnRequest({ name }: Type<CryptofuseInterceptor>): Error {
    const message = `${name} depends on a request, and is made once for all of them. Have it depend on providers in the default scope`;
    return refusedOptions([{ property: 'interceptors', message }], this.config);
  }

  #chainOf(interceptors: readonly CryptofuseInterceptor[], next: CryptofuseNext): CryptofuseNext {
    const send: CryptofuseNext = (request) => next(asSent(request));
    return interceptors.reduceRight((rest, own) => checkedStep(own, rest, this.config), send);
  }
}

/** Nest tells the scope of no class, and refuses to make one that needs the request in these words alone. */
function isRequestScoped(own: Type<CryptofuseInterceptor>): boolean {
  const stated = new Reflector().get<ScopeOptions | undefined>('scope:options', own);
  return stated?.scope === Scope.REQUEST;
}

function isOfRequestScope(error: unknown): boolean {
  return error instanceof Error && error.message.includes('request-scoped');
}

function ignore(): void {
  // The rejection has been told already.
}
