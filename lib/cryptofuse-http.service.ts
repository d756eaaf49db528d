import { HttpService } from '@nestjs/axios';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import type { Observable } from 'rxjs';
import type { Client } from './client.js';
import { AxiosCall } from './http-service/axios-call.js';
import { ResponseReader } from './http-service/axios-response.js';
import { observeCall } from './http-service/observed-call.js';
import { pipelineAxios } from './http-service/pipeline-axios.js';
import { PLAIN_METHODS, plainCallOf, PlainCalls } from './http-service/plain-calls.js';

/** Identifies the method that `HttpService` asks for; nothing is sent with it. */
const METHODS: AxiosInstance = axios.create();
const NAMES = new Map<unknown, string>(
  Object.entries(METHODS).map(([name, method]: [string, unknown]) => [method, name]),
);

/** The parts that need axios, created with the first call: many clients never make one. */
interface Face {
  readonly axios: AxiosInstance;
  readonly plain: PlainCalls;
}

/**
 * Calls the Cryptofuse API through the interface of `HttpService`, with Observables of `AxiosResponse`, for code written
 * against it. It never uses the global axios instance. URLs are relative to `baseUrl`. An Observable fails with a
 * `CryptofuseException`, or with the signal's reason if it was aborted.
 *
 * ```ts
 * const { data } = await firstValueFrom(http.get<Payment>(`/payments/${id}/`));
 * ```
 */
export class CryptofuseHttpService extends HttpService {
  readonly #client: Client;
  #lazyFace: Face | undefined;
  /** Whether the application has got the axios instance, and so may have changed what it does with any call. */
  #isShared = false;

  /** @internal */
  constructor(client: Client) {
    super(METHODS);
    this.#client = client;
  }

  // Typed as in the base class: axios has separate types for ES modules and CommonJS.
  override get axiosRef(): HttpService['axiosRef'] {
    this.#isShared = true;
    return this.#face.axios;
  }

  /** Called by every method with that of axios; a plain call bypasses axios. */
  protected override makeObservable<T>(
    send: (...args: unknown[]) => Promise<AxiosResponse<T>>,
    ...args: unknown[]
  ): Observable<AxiosResponse<T>> {
    const { axios: instance, plain } = this.#face;
    const name = NAMES.get(send) ?? 'request';
    const method = this.#isShared ? undefined : PLAIN_METHODS.get(name);
    const call = method && plainCallOf(method, args);
    if (call) return plain.observe<T>(call);
    const { work } = this.#client.machinery;
    return observeCall<T>(Reflect.get(instance, name) as typeof send, args, work);
  }

  get #face(): Face {
    return (this.#lazyFace ??= this.#make());
  }

  #make(): Face {
    const { config, account, machinery } = this.#client;
    const { pipeline } = machinery;
    const reader = new ResponseReader(account.credentials.clientId);
    const calls = new AxiosCall(config, account, reader);
    const plain = new PlainCalls(pipeline, calls, config.retry, account);
    return { axios: pipelineAxios(pipeline, calls, reader), plain };
  }
}
