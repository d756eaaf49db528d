import { AxiosHeaders } from 'axios';
import type { TransportRequest } from './transport.js';

/** By the headers that many requests share. */
const shared = new WeakMap<TransportRequest['headers'], AxiosHeaders>();

/** Returns the headers of `request` as axios wants them; those of requests without a body are made once where they are frozen. */
export function axiosHeadersOf(request: TransportRequest): AxiosHeaders {
  const { headers, body } = request;
  // axios adds the length of a body to them.
  if (body !== undefined || !Object.isFrozen(headers)) return written(request);
  const known = shared.get(headers);
  if (known !== undefined) return known;
  const made = written(request);
  shared.set(headers, made);
  return made;
}

function written(request: TransportRequest): AxiosHeaders {
  return AxiosHeaders.from({ ...framing(request), ...request.headers });
}

/**
 * Node writes a stream without a length as chunks only for the methods that usually have a body: for any
 * other one it must be told, or the server takes the body for the next request.
 */
function framing({ body, headers }: TransportRequest): Readonly<Record<string, string>> {
  const hasLength = body === undefined || body instanceof Uint8Array;
  if (hasLength || Object.hasOwn(headers, 'content-length')) return {};
  return { 'transfer-encoding': 'chunked' };
}
