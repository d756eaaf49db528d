import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { AxiosResponse } from 'axios';
import type { Observable } from 'rxjs';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { AxiosCall } from './http-service/axios-call.js';
import { AnswerReader } from './http-service/axios-response.js';
import { observedCall } from './http-service/observed-call.js';
import { pipelineAxios } from './http-service/pipeline-axios.js';
import {
  PLAIN_METHODS,
  plainCallOf,
  PlainCalls,
  type PlainMethod,
} from './http-service/plain-calls.js';
import { Pipeline } from './pipeline/pipeline.js';
import { Destination } from './request/destination.js';
import { WorkInFlight } from './transport/work-in-flight.js';

/**
 * The Cryptofuse API behind the interface of `HttpService`: Observables of `AxiosResponse`, for code
 * written against it. Its axios instance is its own, never the global one; URLs are relative to `baseUrl`.
 */
@Injectable()
export class CryptofuseHttpService extends HttpService {
  readonly #plain: PlainCalls;
  readonly #methods: ReadonlyMap<unknown, PlainMethod>;
  /** Whoever has had the axios instance may have changed what it does with any call. */
  #isShared = false;

  constructor(
    // HttpService names its first dependency, and a subclass inherits the name.
    @Inject(CryptofuseConfig) config: CryptofuseConfig,
    destination: Destination,
    pipeline: Pipeline,
    work: WorkInFlight,
  ) {
    const reader = new AnswerReader(config.clientId);
    const calls = new AxiosCall(config, destination, reader);
    const instance = pipelineAxios(pipeline, calls, reader, work);
    super(instance);
    this.#methods = new Map(
      PLAIN_METHODS.map((method) => [Reflect.get(instance, method.toLowerCase()), method]),
    );
    this.#plain = new PlainCalls(pipeline, calls, config.retry);
  }

  // Its type is that of the base: axios has one for ES modules and another for CommonJS.
  override get axiosRef(): HttpService['axiosRef'] {
    this.#isShared = true;
    return super.axiosRef;
  }

  /** Every method comes here with that of axios: a plain call is spared axios' own way. */
  protected override makeObservable<T>(
    send: (...args: unknown[]) => Promise<AxiosResponse<T>>,
    ...args: unknown[]
  ): Observable<AxiosResponse<T>> {
    const method = this.#isShared ? undefined : this.#methods.get(send);
    const call = method && plainCallOf(method, args);
    return call ? this.#plain.observe<T>(call) : observedCall<T>(send, args);
  }
}
