import { Readable } from 'node:stream';
import { Axios, type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios';
import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { HALF_CHARACTER } from '../config/option-values.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { callMethod, callTimeout } from '../request/call-options.js';
import type { Call } from '../request/call.js';
import type { Account } from '../request/account.js';
import { callHeaders } from '../request/headers.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { onAbort, LightAbortController } from '../transport/cancellation.js';
import { callBody } from './axios-body.js';
import type { ResponseReader } from './axios-response.js';

/** The options of axios that make up a URL. */
interface UrlParts {
  readonly url?: string | undefined;
  readonly params?: unknown;
  readonly paramsSerializer?: AxiosRequestConfig['paramsSerializer'] | undefined;
}

/** Turns axios calls into calls of the pipeline. */
export class AxiosCall {
  /** Serialises queries; has no defaults to add to them. */
  readonly #writer = new Axios();

  constructor(
    private readonly config: Pick<CryptofuseConfig, 'retry' | 'timeout'>,
    private readonly account: Account,
    private readonly reader: ResponseReader,
  ) {}

  /**
   * Returns the pipeline's call for `call`.
   *
   * @throws {CryptofuseConfigException} if `call` asks for something that the package does not support
   * @throws {CryptofuseDestinationException} if it leaves `baseUrl`
   */
  requestOf(call: InternalAxiosRequestConfig, signal: AbortSignalLike): Call {
    const { body, headers } = callBody(call, headersOf(call));
    return {
      method: callMethod(call.method ?? 'GET'),
      url: this.urlOf(call),
      headers,
      body,
      signal,
      timeout: this.timeoutOf(call),
      responseType: this.reader.responseTypeOf(call),
      retry: this.config.retry,
      accepts: acceptsOf(call.validateStatus),
      account: this.account,
    };
  }

  /** Returns the timeout of a call in milliseconds; axios treats 0 as not set. */
  timeoutOf({ timeout }: { readonly timeout?: number | undefined }): number {
    return callTimeout(timeout === 0 ? undefined : timeout, this.config.timeout);
  }

  /**
   * Returns the absolute URL of a call. axios serialises the query, since `params` and `paramsSerializer` are its options.
   *
   * @throws {CryptofuseConfigException} if `params` cannot be written as UTF-8
   * @throws {CryptofuseDestinationException} if it leaves `baseUrl`
   */
  urlOf({ url, params, paramsSerializer }: UrlParts): string {
    const resolved = this.account.destination.resolve(url ?? '');
    const query: unknown = params;
    if (query === undefined) return resolved;
    try {
      return this.#writer.getUri({
        url: resolved,
        params: query,
        ...(paramsSerializer && { paramsSerializer }),
      });
    } catch (error) {
      // encodeURIComponent throws this without further details.
      if (error instanceof URIError)
        throw callRefused({ property: 'params', message: HALF_CHARACTER });
      throw error;
    }
  }
}

/** Returns the headers as axios serialises them: numbers and booleans as text, a list as one value. */
function headersOf({ headers }: InternalAxiosRequestConfig): Readonly<Record<string, string>> {
  return callHeaders(headers.toJSON(true));
}

/** Returns the status check of a call; for axios anything falsy, even an explicit `undefined`, accepts every status. */
function acceptsOf(validateStatus: unknown): (status: number) => boolean {
  if (!validateStatus) return () => true;
  if (typeof validateStatus === 'function') return validateStatus as (status: number) => boolean;
  throw callRefused({ property: 'validateStatus', message: 'must be a function or null' });
}

/** Combines both ways to cancel an axios call, `signal` and `cancelToken`, in one signal. */
export class CallSignal {
  readonly #end = new LightAbortController();
  readonly #releases: (() => void)[] = [];

  /** @throws {CryptofuseConfigException} if `signal` is no `AbortSignal` */
  constructor({ signal, cancelToken }: InternalAxiosRequestConfig) {
    this.#followSignal(signal);
    if (!cancelToken) return;
    const cancel = (reason: unknown): void => {
      this.#end.abort(reason);
    };
    cancelToken.subscribe(cancel);
    this.#releases.push(() => {
      cancelToken.unsubscribe(cancel);
    });
  }

  get signal(): AbortSignalLike {
    return this.#end;
  }

  /** Stops listening once `body` has ended: a stream outlives its call. */
  releaseAfter(body: unknown): void {
    if (!(body instanceof Readable) || body.closed) this.release();
    else
      body.once('close', () => {
        this.release();
      });
  }

  /** Stops listening. */
  release(): void {
    for (const release of this.#releases) release();
  }

  #followSignal(signal: unknown): void {
    if (signal === undefined || signal === null) return;
    if (!(signal instanceof AbortSignal)) {
      throw callRefused({ property: 'signal', message: 'must be an AbortSignal' });
    }
    this.#releases.push(
      onAbort(signal, () => {
        this.#end.abort(signal.reason);
      }),
    );
  }
}
