import type { Client } from './client.js';
import type { ReadOptions } from './config/option-reader.js';
import { callRefused } from './exceptions/cryptofuse-config.exception.js';
import type { QuotaSnapshot } from './token/quota-watch.js';
import { ignoreStreamErrors } from './request/body-stream.js';
import { callBody } from './request/body.js';
import {
  callMethod,
  callPath,
  callRetry,
  callSignal,
  callTimeout,
  type CryptofuseCallOptions,
  type CryptofuseRequestOptions,
  readCallOptions,
} from './request/call-options.js';
import type { CryptofuseResponse } from './contracts/interceptor.js';
import { type Call, isSuccess } from './request/call.js';
import { callHeaders } from './request/headers.js';
import { fillPath, isTemplate, StatedPath } from './request/path-params.js';
import { withQuery } from './request/query-string.js';
import { toError } from './transport/cancellation.js';

/** The merchant whose credentials are used: the body of `GET /user/me/`. */
export interface Merchant {
  readonly name: string;
  /** Not on every version of the API. */
  readonly schema_name?: string;
  /** ISO 8601. Not on every version of the API. */
  readonly created_on?: string;
}

/**
 * Calls the Cryptofuse API. Each call resolves to the parsed body, or to `undefined` if there is none, and rejects with a
 * `CryptofuseException`, or with the signal's reason if it was aborted.
 *
 * A path is relative to `baseUrl` and keeps its trailing slash.
 *
 * ```ts
 * const payment = await api.get<Payment>('/payments/{id}/', { params: { id } });
 * const created = await api.post<Payment>('/payments/', { amount: '10.00', currency: 'USDT' });
 * ```
 */
export class CryptofuseService {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Sends a request and returns the parsed body of its response.
   *
   * @throws {CryptofuseConfigException} if the options of the call are invalid; nothing was sent
   * @throws {CryptofuseDestinationException} if the path leaves `baseUrl`; nothing was sent
   * @throws {CryptofuseAuthenticationException} if the API, or the token endpoint, does not accept the credentials
   * @throws {CryptofusePermissionException} if the token's scopes do not allow the call
   * @throws {CryptofuseRateLimitException} if a limit of the server, `quota` or `token.budget` is reached
   * @throws {CryptofuseRequestException} if the API refuses the request for another reason
   * @throws {CryptofuseServerException} if the server fails, or its response is not what was asked for
   * @throws {CryptofuseUnavailableException} if no response came, or the client is closed
   * @throws {CryptofuseTimeoutException} if no response came within `timeout`
   * @throws the signal's reason if it was aborted
   */
  async request<T>(method: string, path: string, options?: CryptofuseRequestOptions): Promise<T> {
    const stated = readCallOptions(options, true);
    const body = stated.values.get('body');
    ignoreStreamErrors(body);
    const call = this.#callOf(method, path, stated, body);
    return this.#client.machinery.pipeline.send(call).then(bodyOf) as Promise<T>;
  }

  /** Sends GET. Returns and throws as {@link request} does. */
  get<T>(path: string, options?: CryptofuseCallOptions): Promise<T> {
    return this.#send<T>('GET', path, options);
  }

  /** Sends POST. Returns and throws as {@link request} does. */
  post<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.#send<T>('POST', path, options, body);
  }

  /** Sends PUT. Returns and throws as {@link request} does. */
  put<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.#send<T>('PUT', path, options, body);
  }

  /** Sends PATCH. Returns and throws as {@link request} does. */
  patch<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.#send<T>('PATCH', path, options, body);
  }

  /** Sends DELETE. Returns and throws as {@link request} does. */
  delete<T = void>(path: string, options?: CryptofuseCallOptions): Promise<T> {
    return this.#send<T>('DELETE', path, options);
  }

  /** Returns what is known about the API's quota for the token in use, without a network call. */
  quota(): QuotaSnapshot {
    const { account, machinery } = this.#client;
    return machinery.quota.snapshot(account);
  }

  /** Returns the merchant whose credentials are used (`GET /user/me/`). Throws as {@link request} does. */
  me(options?: CryptofuseCallOptions): Promise<Merchant> {
    return this.get<Merchant>('/user/me/', options);
  }

  #send<T>(method: unknown, path: unknown, options: unknown, body?: unknown): Promise<T> {
    try {
      // The stream may fail before its owner learns that the call was refused.
      ignoreStreamErrors(body);
      const call = this.#callOf(method, path, readCallOptions(options, false), body);
      return this.#client.machinery.pipeline.send(call).then(bodyOf) as Promise<T>;
    } catch (refused) {
      return Promise.reject(toError(refused));
    }
  }

  #callOf(method: unknown, path: unknown, { values, problems }: ReadOptions, body: unknown): Call {
    if (problems.length > 0) throw callRefused(...problems);
    const { account, config } = this.#client;
    const { timeout, retry } = config;
    const headers = callHeaders(values.get('headers'));
    const sent = callBody(body, headers);
    const stated = callPath(path);
    const params = values.get('params');
    const isStatedTemplate = isTemplate(stated);
    const filled = params !== undefined || isStatedTemplate ? fillPath(stated, params) : stated;
    const url = account.destination.resolve(filled);
    return {
      method: callMethod(method),
      url: withQuery(url, values.get('query')),
      headers: sent.headers,
      body: sent.body,
      signal: callSignal(values.get('signal')),
      timeout: callTimeout(values.get('timeout'), timeout),
      responseType: 'json',
      retry: callRetry(values.get('retry'), retry),
      accepts: isSuccess,
      statedPath: isStatedTemplate ? new StatedPath(stated, url) : undefined,
      account,
    };
  }
}

function bodyOf({ body }: CryptofuseResponse): unknown {
  return body;
}
