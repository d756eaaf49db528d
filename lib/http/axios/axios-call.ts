import { Axios, type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios';
import type { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { HALF_CHARACTER } from '../../config/plain-text.js';
import type { EndSignal } from '../../transport/end-signal.js';
import type { Call } from '../call.js';
import { callHeaders } from '../call-headers.js';
import { callMethod } from '../call-method.js';
import { callTimeout } from '../call-timeout.js';
import type { Destination } from '../destination.js';
import { refusedCall } from '../refused-call.js';
import type { AnswerReader } from './answer-reader.js';
import { callBody } from './call-body.js';

/** What a URL is made of. */
interface UrlParts {
  readonly url?: string | undefined;
  readonly params?: unknown;
  readonly paramsSerializer?: AxiosRequestConfig['paramsSerializer'] | undefined;
}

/** Makes requests of what axios is asked for. */
export class AxiosCall {
  /** Writes queries, with no defaults that it could add to them. */
  readonly #writer = new Axios();

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly destination: Destination,
    private readonly reader: AnswerReader,
  ) {}

  /**
   * Returns the request that `call` stands for.
   *
   * @throws {CryptofuseConfigException} where `call` asks for what the package does not do
   * @throws {CryptofuseDestinationException} where it leaves `baseUrl`
   */
  requestOf(call: InternalAxiosRequestConfig, signal: EndSignal): Call {
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
      statedPath: undefined,
    };
  }

  /** Returns the milliseconds a call has; axios takes 0 for none stated. */
  timeoutOf({ timeout }: { readonly timeout?: number | undefined }): number {
    return callTimeout(timeout === 0 ? undefined : timeout, this.config.timeout);
  }

  /**
   * Returns the absolute URL of a call. axios writes the query: `params` and `paramsSerializer` are its own.
   *
   * @throws {CryptofuseConfigException} where `params` cannot be written as UTF-8
   * @throws {CryptofuseDestinationException} where it leaves `baseUrl`
   */
  urlOf({ url, params, paramsSerializer }: UrlParts): string {
    const resolved = this.destination.resolve(url ?? '');
    const query: unknown = params;
    if (query === undefined) return resolved;
    try {
      return this.#writer.getUri({
        url: resolved,
        params: query,
        ...(paramsSerializer && { paramsSerializer }),
      });
    } catch (error) {
      // What encodeURIComponent throws, and says no more of.
      if (error instanceof URIError)
        throw refusedCall({ property: 'params', message: HALF_CHARACTER });
      throw error;
    }
  }
}

/** axios makes text of numbers and booleans, and one value of a list. */
function headersOf({ headers }: InternalAxiosRequestConfig): Readonly<Record<string, string>> {
  return callHeaders(headers.toJSON(true));
}

/** axios takes anything falsy, a stated `undefined` included, for every status. */
function acceptsOf(validateStatus: unknown): (status: number) => boolean {
  if (!validateStatus) return () => true;
  if (typeof validateStatus === 'function') return validateStatus as (status: number) => boolean;
  throw refusedCall({ property: 'validateStatus', message: 'must be a function or null' });
}
