import axios from 'axios';
import type {
  AxiosAdapter,
  AxiosInstance,
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
import { type AxiosCall, CallSignal } from './axios-call.js';
import { type ResponseReader, axiosResponse, transformersOf } from './axios-response.js';
import { FOREIGN_ADAPTER, unsupportedOptions } from './unsupported-options.js';

/** Creates an axios instance that sends its calls through `pipeline`. */
export function pipelineAxios(
  pipeline: Pipeline,
  calls: AxiosCall,
  reader: ResponseReader,
): AxiosInstance {
  const adapter: AxiosAdapter = async (call) => {
    let cancellation: CallSignal | undefined;
    try {
      const problems = unsupportedOptions(call);
      if (problems.length > 0) throw callRefused(...problems);
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
  return guard(instance, adapter);
}

/** Prepares the calls of `instance` and of instances created from it, and unwraps their rejections. */
function guard(instance: AxiosInstance, adapter: AxiosAdapter): AxiosInstance {
  const { request, response } = instance.interceptors;
  // Asked before any interceptor runs, and one of the application's may take its time.
  const runWhen = ({ data }: InternalAxiosRequestConfig): boolean => {
    ignoreStreamErrors(data);
    return true;
  };
  request.use(callGuard(adapter), null, { synchronous: true, runWhen });
  response.use(null, (error: unknown) => {
    endUpload(error);
    throw unwrap(error);
  });
  const create = instance.create.bind(instance);
  instance.create = (defaults) => guard(create(defaults), adapter);
  return instance;
}

/** Disposes of the body of a call that axios itself cancelled because its signal was already aborted. */
function endUpload(error: unknown): void {
  if (!axios.isCancel(error)) return;
  const { config } = error as { config?: InternalAxiosRequestConfig };
  disposeBody(config?.data);
}

/** Returns the error for the application: the package's own unchanged, and the signal's reason for an abort. */
function unwrap(error: unknown): unknown {
  if (error instanceof PipelineRejection) return error.reason;
  if (!axios.isCancel(error)) return error;
  const { config } = error as { config?: InternalAxiosRequestConfig };
  const signal = config?.signal;
  return signal?.aborted === true && 'reason' in signal ? signal.reason : error;
}

/**
 * Carries a rejection of the pipeline through axios, which writes to the `response` of any error it sees, a member that
 * Nest's exceptions have.
 */
class PipelineRejection extends Error {
  override readonly name = 'PipelineRejection';

  constructor(readonly reason: unknown) {
    super('The call was rejected; the cause says why.', { cause: reason });
  }
}

/** Defaults that were set for this instance. */
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

/** Returns `transform`, which is axios' own, with JSON serialised as in `CryptofuseService`. */
function withStrictJson(transform: AxiosRequestTransformer): AxiosRequestTransformer {
  return function (data: unknown, headers) {
    if (becomesJson(data, headers)) {
      headers.setContentType(JSON_TYPE, false);
      return bodyJson(data, 'data');
    }
    try {
      return transform.call(this, wholeBytes(data), headers) as unknown;
    } catch (error) {
      if (!axios.isAxiosError(error) && !(error instanceof TypeError)) throw error;
      const message = `cannot be written as a form (${error.message}); state each file as a Buffer, or give a FormData`;
      throw callRefused({ property: 'data', message });
    }
  };
}

/** Returns whether axios would write `data` as JSON: objects but for forms, and anything under its type. */
function becomesJson(data: unknown, headers: AxiosRequestHeaders): boolean {
  if (data === undefined || !isJson(data)) return false;
  const type = String(headers.getContentType() ?? '');
  if (type.includes(JSON_TYPE)) return true;
  return typeof data === 'object' && data !== null && !FORMS.some((form) => type.includes(form));
}

/** Removes from `defaults` everything that the application set on the global axios. */
function detachFromGlobal(defaults: AxiosInstance['defaults']): void {
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
 * Returns a request interceptor that refuses a foreign adapter, which would bypass the package. It does so in the last
 * transformer, after all those of the application.
 */
function callGuard(adapter: AxiosAdapter): CallStep {
  const refuse: AxiosRequestTransformer = function (data: unknown) {
    if (this.adapter !== adapter) throw callRefused(FOREIGN_ADAPTER);
    return data;
  };
  return (call) => {
    // axios cancels such a call itself, and nothing else disposes of its body.
    if (call.cancelToken?.reason !== undefined) disposeBody(call.data);
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
