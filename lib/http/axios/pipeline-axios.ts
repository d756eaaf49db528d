import axios, { type AxiosAdapter, type AxiosInstance } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';
import type { WorkInFlight } from '../../transport/work-in-flight.js';
import { isSuccess } from '../is-success.js';
import { adoptBody, endBody } from '../one-shot-body.js';
import type { Pipeline } from '../pipeline.js';
import type { AnswerReader } from './answer-reader.js';
import type { AxiosCall } from './axios-call.js';
import { axiosResponse } from './axios-response.js';
import { callGuard } from './call-guard.js';
import { CallSignal } from './call-signal.js';
import { withCheckedHeaders } from './checked-headers.js';
import { lastingInterceptor } from './lasting-interceptor.js';
import { detachFromGlobal } from './own-defaults.js';
import { PipelineRejection } from './pipeline-rejection.js';

/** Returns an axios instance of its own whose calls take the way of `pipeline`. */
export function pipelineAxios(
  pipeline: Pipeline,
  calls: AxiosCall,
  reader: AnswerReader,
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
    adoptBody(data);
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
  endBody(config?.data);
}

/** What an application sees of a rejection: ours as it is, and an abort as the signal's reason. */
function unwrapped(error: unknown): unknown {
  if (error instanceof PipelineRejection) return error.reason;
  if (!axios.isCancel(error)) return error;
  const { config } = error as { config?: InternalAxiosRequestConfig };
  const signal = config?.signal;
  return signal?.aborted === true && 'reason' in signal ? signal.reason : error;
}
