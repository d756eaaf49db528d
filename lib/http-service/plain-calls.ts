import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Observable, type Subscriber } from 'rxjs';
import type { Account } from '../request/account.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { bodyJson } from '../request/body-json.js';
import { type Call, isSuccess } from '../request/call.js';
import { callHeaders } from '../request/headers.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { onAbort, LightAbortController } from '../transport/cancellation.js';
import type { AxiosCall } from './axios-call.js';
import { axiosResponse } from './axios-response.js';

/** The `Accept` and, for JSON, the `Content-Type` that axios sends and reports in its responses. */
const ACCEPT = 'application/json, text/plain, */*';
const JSON_TYPE = 'application/json';

/** Frozen: calls that set no headers share these, and the request headers made from them. */
const HEADERS = Object.freeze({ accept: ACCEPT });
const JSON_HEADERS = Object.freeze({ accept: ACCEPT, 'content-type': JSON_TYPE });

/** As axios writes them in a response's config. */
const AXIOS_METHODS: Readonly<Record<PlainMethod, string>> = {
  GET: 'get',
  HEAD: 'head',
  DELETE: 'delete',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
};

/** Sends calls that need nothing from axios but the shape of its responses, without axios. */
export class PlainCalls {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly calls: AxiosCall,
    private readonly retry: Call['retry'],
    private readonly account: Account,
  ) {}

  /** Returns an Observable of the response; each subscription sends the call again, and unsubscribing aborts it. */
  observe<T>(call: PlainCall): Observable<AxiosResponse<T>> {
    return new Observable((subscriber: Subscriber<unknown>) => {
      const { signal } = call;
      const end = new LightAbortController();
      const stopListening =
        signal &&
        onAbort(signal, () => {
          end.abort(signal.reason);
        });
      let isOver = false;
      this.#send(call, end).then(
        (response) => {
          isOver = true;
          subscriber.next(response);
          subscriber.complete();
        },
        (error: unknown) => {
          isOver = true;
          subscriber.error(error);
        },
      );
      return () => {
        stopListening?.();
        if (!isOver) end.abort(new DOMException('This operation was aborted', 'AbortError'));
      };
    }) as Observable<AxiosResponse<T>>;
  }

  async #send(call: PlainCall, end: AbortSignalLike): Promise<AxiosResponse<unknown>> {
    const request = this.#requestOf(call, end);
    return axiosResponse(await this.pipeline.send(request), configOf(call, request.body));
  }

  #requestOf(call: PlainCall, signal: AbortSignalLike): Call {
    const { method, url, data, headers, params, timeout } = call;
    return {
      method,
      url: this.calls.urlOf({ url, params, paramsSerializer: undefined }),
      headers: headersOf(data === undefined ? HEADERS : JSON_HEADERS, headers),
      body: data === undefined ? undefined : bodyJson(data, 'data'),
      signal,
      timeout: this.calls.timeoutOf({ timeout }),
      responseType: 'json',
      retry: this.retry,
      accepts: isSuccess,
      account: this.account,
    };
  }
}

function headersOf(usual: Call['headers'], stated: PlainCall['headers']): Call['headers'] {
  return stated === undefined ? usual : { ...usual, ...callHeaders(stated) };
}

/** Returns the config that the response reports. */
function configOf(call: PlainCall, body: unknown): InternalAxiosRequestConfig {
  const { url, data, config } = call;
  const method = AXIOS_METHODS[call.method];
  const headers = reportedHeaders(call);
  // The spread comes last: members behind one are slow.
  const result = { url, method, headers, ...config };
  result.headers = headers;
  return data === undefined ? result : Object.assign(result, { data: body });
}

function reportedHeaders({ data, headers: stated }: PlainCall): AxiosHeaders {
  const headers = new AxiosHeaders();
  // What axios' own `set` would write, without the search that it makes first.
  headers['Accept'] = ACCEPT;
  if (data !== undefined) headers['Content-Type'] = JSON_TYPE;
  if (stated !== undefined) headers.set({ ...stated });
  return headers;
}

/** The methods that a plain call may have. */
type PlainMethod = 'GET' | 'HEAD' | 'DELETE' | 'POST' | 'PUT' | 'PATCH';

/** By their names in axios. */
export const PLAIN_METHODS: ReadonlyMap<string, PlainMethod> = new Map([
  ['get', 'GET'],
  ['head', 'HEAD'],
  ['delete', 'DELETE'],
  ['post', 'POST'],
  ['put', 'PUT'],
  ['patch', 'PATCH'],
]);

/** A call that needs no feature of axios; each member is an own property of its config or `undefined`. */
interface PlainCall {
  readonly method: PlainMethod;
  readonly url: string;
  /** Set only for methods that have a body. */
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly params: object | undefined;
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** As it was stated. */
  readonly config: object;
}

type PlainConfig = Partial<Pick<PlainCall, 'headers' | 'params' | 'timeout' | 'signal'>>;

const WITHOUT_BODY: ReadonlySet<PlainMethod> = new Set<PlainMethod>(['GET', 'HEAD', 'DELETE']);
const NO_CONFIG: PlainConfig = {};

/**
 * Returns the plain call for the arguments of an axios method: its body is JSON or none, and it sets no more than headers,
 * parameters, a timeout and a signal. Returns `undefined` if it needs axios.
 */
export function plainCallOf(method: PlainMethod, args: readonly unknown[]): PlainCall | undefined {
  const [url] = args;
  if (typeof url !== 'string') return undefined;
  if (WITHOUT_BODY.has(method)) return withConfig(method, url, undefined, args[1]);
  const [, data, config] = args;
  return isPlainBody(data) ? withConfig(method, url, data, config) : undefined;
}

function withConfig(
  method: PlainMethod,
  url: string,
  data: unknown,
  config: unknown = NO_CONFIG,
): PlainCall | undefined {
  if (!isPlainConfig(config)) return undefined;
  const headers = ownMember(config, 'headers');
  if (data !== undefined && namesType(headers)) return undefined;
  const params = ownMember(config, 'params');
  const timeout = ownMember(config, 'timeout');
  const signal = ownMember(config, 'signal');
  return { method, url, data, headers, params, timeout, signal, config };
}

function ownMember<Name extends keyof PlainConfig>(
  config: PlainConfig,
  name: Name,
): PlainConfig[Name] {
  return Object.hasOwn(config, name) ? config[name] : undefined;
}

function isPlainBody(data: unknown): boolean {
  return isPlainObject(data) || Array.isArray(data);
}

function isPlainConfig(config: unknown): config is PlainConfig {
  return isPlainObject(config) && Object.entries(config).every(isPlainOption);
}

function isPlainOption([name, value]: readonly [string, unknown]): boolean {
  switch (name) {
    case 'timeout':
      return true;
    case 'signal':
      return value === undefined || (value instanceof AbortSignal && !value.aborted);
    case 'headers':
      return value === undefined || isObjectOf(value, isText);
    case 'params':
      return value === undefined || isObjectOf(value, isTextOrNumber);
    default:
      return false;
  }
}

function isObjectOf(value: unknown, isAllowed: (member: unknown) => boolean): boolean {
  return isPlainObject(value) && Object.values(value).every(isAllowed);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** They are written alike everywhere. */
function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value);
}

/** Returns whether `headers` set a content type, by which axios serialises the body. */
function namesType(headers: PlainConfig['headers']): boolean {
  if (headers === undefined) return false;
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
