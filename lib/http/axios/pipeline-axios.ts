import { STATUS_CODES } from 'node:http';
import axios, { AxiosHeaders, type AxiosInstance, type AxiosResponse } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { endBody } from '../one-shot-body.js';
import type { Pipeline } from '../pipeline.js';
import type { AxiosCall } from './axios-call.js';
import { CallSignal } from './call-signal.js';
import { PipelineRejection } from './pipeline-rejection.js';

/** Returns an axios instance of its own whose calls take the way of `pipeline`. */
export function pipelineAxios(pipeline: Pipeline, calls: AxiosCall): AxiosInstance {
  const instance = axios.create({
    // The pipeline has read the answer's body already.
    transformResponse: [],
    adapter: async (call) => {
      const cancellation = new CallSignal(call);
      try {
        const request = calls.requestOf(call, instance, cancellation.signal);
        const response = await pipeline.send(request);
        cancellation.releaseAfter(response.body);
        return axiosResponse(response, call);
      } catch (reason) {
        cancellation.release();
        throw new PipelineRejection(reason);
      }
    },
  });
  instance.interceptors.response.use(null, (error: unknown) => {
    endUpload(error);
    throw unwrapped(error);
  });
  return instance;
}

function axiosResponse(
  { status, headers, body }: CryptofuseResponse,
  config: InternalAxiosRequestConfig,
): AxiosResponse<unknown> {
  const statusText = STATUS_CODES[status] ?? '';
  const axiosHeaders = new AxiosHeaders();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) axiosHeaders.set(name, typeof value === 'string' ? value : [...value]);
  }
  return { data: body, status, statusText, headers: axiosHeaders, config };
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
