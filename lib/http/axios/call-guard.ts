import type { AxiosAdapter, AxiosRequestTransformer, InternalAxiosRequestConfig } from 'axios';
import { endBody } from '../one-shot-body.js';
import { refusedCall } from '../refused-call.js';
import { BlobForm, holdsBlob } from './blob-form.js';
import { transformersOf } from './transformers-of.js';
import { unsupportedOptions } from './unsupported-options.js';

type CallStep = (call: InternalAxiosRequestConfig) => InternalAxiosRequestConfig;

/**
 * Returns the request interceptor that readies a call for axios, and has it refused where it states what
 * the package does not do. The refusal is the last transformer, behind everything of the application's:
 * only the choice of the adapter follows, and a foreign one would go past the package.
 */
export function callGuard(adapter: AxiosAdapter): CallStep {
  const refuse: AxiosRequestTransformer = function (data: unknown) {
    const problems = unsupportedOptions(this, adapter);
    if (problems.length > 0) throw refusedCall(...problems);
    return data;
  };
  return (call) => {
    // axios ends such a call itself, and its body is nobody's then.
    if (call.cancelToken?.reason !== undefined) endBody(call.data);
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
