import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import type { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { callHeaders } from '../call-headers.js';
import { callMethod } from '../call-method.js';
import { callTimeout } from '../call-timeout.js';
import type { CryptofuseRequest, ResponseType } from '../cryptofuse-request.js';
import type { Destination } from '../destination.js';
import { isSuccess } from '../is-success.js';
import { isFormDataPackage } from '../one-shot-body.js';
import { refusedCall } from '../refused-call.js';
import { unsupportedOptions } from './unsupported-options.js';

const RESPONSE_TYPES: ReadonlyMap<string, ResponseType> = new Map([
  ['json', 'json'],
  ['text', 'text'],
  ['arraybuffer', 'bytes'],
  ['stream', 'stream'],
]);

/** Makes requests of what axios is asked for. */
export class AxiosCall {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly destination: Destination,
  ) {}

  /**
   * Returns the request that `call`, made through `instance`, stands for.
   *
   * @throws {CryptofuseConfigException} where `call` asks for what the package does not do
   * @throws {CryptofuseDestinationException} where it leaves `baseUrl`
   */
  requestOf(
    call: InternalAxiosRequestConfig,
    instance: AxiosInstance,
    signal: AbortSignal,
  ): CryptofuseRequest {
    const problems = unsupportedOptions(call, instance.defaults);
    if (problems.length > 0) throw refusedCall(...problems);
    return {
      method: callMethod(call.method ?? 'GET'),
      url: this.#urlOf(call, instance),
      headers: headersOf(call),
      body: bodyOf(call),
      signal,
      timeout: callTimeout(call.timeout === 0 ? undefined : call.timeout, this.config.timeout),
      responseType: responseTypeOf(call.responseType),
      retry: this.config.retry,
      accepts: acceptsOf(call.validateStatus),
    };
  }

  /** axios writes the query: `params` and `paramsSerializer` are its own. */
  #urlOf({ url, params, paramsSerializer }: InternalAxiosRequestConfig, instance: AxiosInstance) {
    const resolved = this.destination.resolve(url ?? '');
    const query: unknown = params;
    if (query === undefined) return resolved;
    return instance.getUri({
      baseURL: '',
      url: resolved,
      params: query,
      ...(paramsSerializer && { paramsSerializer }),
    });
  }
}

/** axios takes `null` for no body. */
function bodyOf({ data }: InternalAxiosRequestConfig): unknown {
  const body: unknown = data;
  return body === null ? undefined : body;
}

/** What axios names where it does not know better. */
const GUESSED_TYPE = 'application/x-www-form-urlencoded';

/** axios names a content type where there is no body, and one of its own for forms and functions. */
function headersOf(call: InternalAxiosRequestConfig): Readonly<Record<string, string>> {
  const body = bodyOf(call);
  const stated = call.headers.toJSON() as Record<string, string>;
  const headers: Record<string, string> = { ...callHeaders(stated) };
  const isForm = body instanceof FormData || isFormDataPackage(body);
  const isGuess = typeof body === 'function' && headers['content-type'] === GUESSED_TYPE;
  if (body === undefined || isForm || isGuess) delete headers['content-type'];
  return headers;
}

function responseTypeOf(stated = 'json'): ResponseType {
  const known = RESPONSE_TYPES.get(stated);
  if (known !== undefined) return known;
  const types = [...RESPONSE_TYPES.keys()].join(', ');
  throw refusedCall({ property: 'responseType', message: `must be one of ${types}` });
}

/** axios takes `null` for every status. */
function acceptsOf(
  validateStatus: InternalAxiosRequestConfig['validateStatus'],
): (status: number) => boolean {
  return validateStatus === null ? () => true : (validateStatus ?? isSuccess);
}
