import { Injectable } from '@nestjs/common';
import type { CryptofuseCallOptions, CryptofuseRequestOptions } from './call-options.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { callHeaders } from './http/call-headers.js';
import { callMethod } from './http/call-method.js';
import { callRetry } from './http/call-retry.js';
import { callTimeout } from './http/call-timeout.js';
import { Destination } from './http/destination.js';
import { QuotaInterceptor } from './http/interceptors/quota.interceptor.js';
import { isSuccess } from './http/is-success.js';
import { Pipeline } from './http/pipeline.js';
import type { QuotaSnapshot } from './http/quota-snapshot.js';
import { withQuery } from './http/query-string.js';
import type { Merchant } from './merchant.js';

/**
 * Calls the Cryptofuse API. Each call resolves to the parsed body, and to `undefined` where there is
 * none; it rejects with a `CryptofuseException`, and with the signal's reason where it was aborted.
 *
 * A path is relative to `baseUrl` and keeps its trailing slash: `/payments/`.
 */
@Injectable()
export class CryptofuseService {
  readonly #config: CryptofuseConfig;
  readonly #destination: Destination;
  readonly #pipeline: Pipeline;
  readonly #quota: QuotaInterceptor;

  constructor(
    config: CryptofuseConfig,
    destination: Destination,
    pipeline: Pipeline,
    quota: QuotaInterceptor,
  ) {
    this.#config = config;
    this.#destination = destination;
    this.#pipeline = pipeline;
    this.#quota = quota;
  }

  /**
   * Sends a request and returns the parsed body of its answer.
   *
   * @throws {CryptofuseException} of the class that fits; see the table of exceptions
   * @throws the signal's reason where it was aborted
   */
  async request<T>(
    method: string,
    path: string,
    options: CryptofuseRequestOptions = {},
  ): Promise<T> {
    const response = await this.#pipeline.send({
      method: callMethod(method),
      url: withQuery(this.#destination.resolve(path), options.query),
      headers: callHeaders(options.headers),
      body: options.body,
      signal: options.signal,
      timeout: callTimeout(options.timeout, this.#config.timeout),
      responseType: 'json',
      retry: callRetry(options.retry, this.#config.retry),
      accepts: isSuccess,
    });
    return response.body as T;
  }

  /** Sends GET. Returns and throws as {@link request} does. */
  get<T>(path: string, options?: CryptofuseCallOptions): Promise<T> {
    return this.request<T>('GET', path, options);
  }

  /** Sends POST. Returns and throws as {@link request} does. */
  post<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.request<T>('POST', path, { ...options, body });
  }

  /** Sends PUT. Returns and throws as {@link request} does. */
  put<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.request<T>('PUT', path, { ...options, body });
  }

  /** Sends PATCH. Returns and throws as {@link request} does. */
  patch<T>(path: string, body?: unknown, options?: CryptofuseCallOptions): Promise<T> {
    return this.request<T>('PATCH', path, { ...options, body });
  }

  /** Sends DELETE. Returns and throws as {@link request} does. */
  delete<T = void>(path: string, options?: CryptofuseCallOptions): Promise<T> {
    return this.request<T>('DELETE', path, options);
  }

  /** Returns what is known of the API's quota for the token in use; no network call. */
  quota(): QuotaSnapshot {
    return this.#quota.snapshot();
  }

  /** Returns the merchant whose credentials are used (`GET /user/me/`). */
  me(options?: CryptofuseCallOptions): Promise<Merchant> {
    return this.get<Merchant>('/user/me/', options);
  }
}
