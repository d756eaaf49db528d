import axios from 'axios';
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosInterceptorManager,
  AxiosRequestHeaders,
  AxiosRequestTransformer,
  InternalAxiosRequestConfig,
} from 'axios';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { bodyJson } from '../request/body-json.js';
import { ignoreStreamErrors, disposeBody } from '../request/body-stream.js';
import { isJson, JSON_TYPE } from '../request/body.js';
import { isSuccess } from '../request/call.js';
import type { WorkInFlight } from '../transport/work-in-flight.js';
import { BlobForm, holdsBlob } from './axios-body.js';
import { type AxiosCall, CallSignal, withCheckedHeaders } from './axios-call.js';
import { type ResponseReader, axiosResponse, transformersOf } from './axios-response.js';
import { unsupportedOptions } from './unsupported-options.js';

/** Returns an axios instance of its own whose calls take the way of `pipeline`. */
export function pipelineAxios(
  pipeline: Pipeline,
  calls: AxiosCall,
  reader: ResponseReader,
  work: WorkInFlight,
): AxiosInstance {
  const adapter: AxiosAdapter = async (call) => {
    let cancellation: CallSignal | undefined;
    try {
      cancellation = new CallSignal(call);
      const response = await pipeline.send(calls.requestOf(call, cancellation.signal));
      cancellation.releaseAfter(response.body);
      return axiosResponse(response, call);
    } catch (reason) {
      cancellation?.release();
      throw new PipelineRejection(reason);
    }
  };
  const transformResponse = [reader.transform];
  const instance = axios.create({ adapter, transformResponse, validateStatus: isSuccess });
  detachFromGlobal(instance.defaults);
  return guarded(instance, adapter, work);
}

/** Guards `instance`, and whatever instances are made of it, on the side of the wire. */
function guarded(
  instance: AxiosInstance,
  adapter: AxiosAdapter,
  work: WorkInFlight,
): AxiosInstance {
  const { request, response } = instance.interceptors;
  const guard = callGuard(adapter);
  // Asked before any interceptor runs, and one of the application's may take its time.
  const runWhen = ({ data }: InternalAxiosRequestConfig): boolean => {
    ignoreStreamErrors(data);
    return true;
  };
  lastingInterceptor(request, () => request.use(guard, null, { synchronous: true, runWhen }));
  lastingInterceptor(response, () =>
    response.use(null, (error: unknown) => {
      endUpload(error);
      throw unwrapped(error);
    }),
  );
  const create = instance.create.bind(instance);
  instance.create = (defaults) => guarded(create(defaults), adapter, work);
  return withCheckedHeaders(instance, work);
}

/** axios itself ends a call whose signal was aborted before; its body is then nobody's. */
function endUpload(error: unknown): void {
  if (!axios.isCancel(error)) return;
  const { config } = error as { config?: InternalAxiosRequestConfig };
  disposeBody(config?.data);
}

/** What an application sees of a rejection: ours as it is, and an abort as the signal's reason. */
function unwrapped(error: unknown): unknown {
  if (error instanceof PipelineRejection) return error.reason;
  if (!axios.isCancel(error)) return error;
  const { config } = error as { config?: InternalAxiosRequestConfig };
  const signal = config?.signal;
  return signal?.aborted === true && 'reason' in signal ? signal.reason : error;
}

/**
 * Carries what the pipeline rejected with through axios, which writes into the `response` of any error
 * it sees, and Nest's exceptions have such a member.
 */
export class PipelineRejection extends Error {
  override readonly name = 'PipelineRejection';

  constructor(readonly reason: unknown) {
    super('The pipeline rejected.');
  }
}

/** What was stated for this instance. */
const KEPT = new Set(['adapter', 'transformResponse', 'validateStatus']);

const { transformRequest, env } = axios.defaults;
/** What axios needs to write a body, as it was when this file was loaded: before the application could state its own. */
const AS_LOADED = {
  transformRequest: [transformRequest ?? []].flat().map(withStrictJson),
  env: { ...env },
};

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

const METHODS = [
  'delete',
  'get',
  'head',
  'post',
  'put',
  'patch',
  'options',
  'purge',
  'link',
  'unlink',
  'query',
];

/** Returns `transform`, which is axios' own, with JSON written as on the other face. */
function withStrictJson(transform: AxiosRequestTransformer): AxiosRequestTransformer {
  return function (data: unknown, headers) {
    if (!becomesJson(data, headers)) return transform.call(this, data, headers) as unknown;
    headers.setContentType(JSON_TYPE, false);
    return bodyJson(data, 'data');
  };
}

/** Returns whether axios would write `data` as JSON: objects but for forms, and anything under its type. */
function becomesJson(data: unknown, headers: AxiosRequestHeaders): boolean {
  if (data === undefined || !isJson(data)) return false;
  const type = String(headers.getContentType() ?? '');
  if (type.includes(JSON_TYPE)) return true;
  return typeof data === 'object' && data !== null && !FORMS.some((form) => type.includes(form));
}

/** Takes out of `defaults` what the application stated for the axios of the whole process. */
export function detachFromGlobal(defaults: AxiosInstance['defaults']): void {
  for (const name of Object.keys(defaults)) {
    if (!KEPT.has(name)) Reflect.deleteProperty(defaults, name);
  }
  const common = { Accept: 'application/json, text/plain, */*' };
  const headers = Object.fromEntries(METHODS.map((method) => [method, {}]));
  Object.assign(defaults, {
    headers: { common, ...headers },
    transformRequest: [...AS_LOADED.transformRequest],
    env: { ...AS_LOADED.env },
  });
}

type CallStep = (call: InternalAxiosRequestConfig) => InternalAxiosRequestConfig;

/**
 * Returns the request interceptor that readies a call for axios, and has it refused where it states what
 * the package does not do. The refusal is the last transformer, behind everything of the application's:
 * only the choice of the adapter follows, and a foreign one would go past the package.
 */
export function callGuard(adapter: AxiosAdapter): CallStep {
  const refuse: AxiosRequestTransformer = function (data: unknown) {
    const problems = unsupportedOptions(this, adapter);
    if (problems.length > 0) throw callRefused(...problems);
    return data;
  };
  return (call) => {
    // axios ends such a call itself, and its body is nobody's then.
    if (call.cancelToken?.reason !== undefined) disposeBody(call.data);
    const data: unknown = call.data;
    call.data = wholeBytes(data);
    if (holdsBlob(data)) call.env = { ...call.env, FormData: BlobForm };
    const transformers = transformersOf(call.transformRequest);
    call.transformRequest = [...transformers.filter((each) => each !== refuse), refuse];
    return call;
  };
}

/** axios sends all of the memory behind a view, not the view alone. */
function wholeBytes(data: unknown): unknown {
  if (!ArrayBuffer.isView(data) || Buffer.isBuffer(data)) return data;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Keeps what `attach` adds to `manager` in its place whatever the application ejects or clears.
 *
 * @param attach adds an interceptor and returns its id
 */
export function lastingInterceptor<V>(
  manager: AxiosInterceptorManager<V>,
  attach: () => number,
): void {
  const clear = manager.clear.bind(manager);
  const eject = manager.eject.bind(manager);
  let own = attach();
  manager.clear = () => {
    clear();
    own = attach();
  };
  manager.eject = (id) => {
    if (id !== own) eject(id);
  };
}
