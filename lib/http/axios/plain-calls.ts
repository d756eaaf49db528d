import { AxiosHeaders, type AxiosResponse } from 'axios';
import { Observable } from 'rxjs';
import { withCleanPrototype } from '../../config/clean-prototype.js';
import { onAbort } from '../../transport/on-abort.js';
import { callHeaders } from '../call-headers.js';
import type { CryptofuseRequest } from '../cryptofuse-request.js';
import { isSuccess } from '../is-success.js';
import type { Pipeline } from '../pipeline.js';
import type { AxiosCall } from './axios-call.js';
import { axiosResponse } from './axios-response.js';
import type { PlainCall } from './plain-call.js';

/** What axios sends with every call, and with JSON; its answers tell of them in these letters. */
const ACCEPT = 'application/json, text/plain, */*';
const JSON_TYPE = 'application/json';

/** Calls that need nothing of axios but the shape of its answers: they are spared its own way. */
export class PlainCalls {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly calls: AxiosCall,
    private readonly retry: CryptofuseRequest['retry'],
  ) {}

  /** Returns the answer to come; each subscription sends the call anew, unsubscribing ends it. */
  observe<T>(call: PlainCall): Observable<AxiosResponse<T>> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      const stop = follow(call.signal, controller);
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
        stop();
      };
      this.#send(call, controller.signal).then(
        (response) => {
          settle();
          subscriber.next(response as AxiosResponse<T>);
          subscriber.complete();
        },
        (error: unknown) => {
          settle();
          subscriber.error(error);
        },
      );
      return () => {
        if (!isSettled) controller.abort();
      };
    });
  }

  async #send(call: PlainCall, signal: AbortSignal): Promise<AxiosResponse<unknown>> {
    const { method, url, data, headers, config } = call;
    const request = this.#requestOf(call, signal);
    const response = await this.pipeline.send(request);
    const told = new AxiosHeaders({ Accept: ACCEPT });
    if (data !== undefined) told.set('Content-Type', JSON_TYPE);
    if (headers !== undefined) told.set({ ...headers });
    const body = data === undefined ? undefined : { data: request.body };
    const answered = { ...config, url, method: method.toLowerCase(), headers: told, ...body };
    return axiosResponse(response, answered);
  }

  #requestOf(call: PlainCall, signal: AbortSignal): CryptofuseRequest {
    const { method, url, data, headers, params, timeout } = call;
    const isJson = data !== undefined;
    return {
      method,
      url: this.calls.urlOf({ url, params, paramsSerializer: undefined }),
      headers: {
        accept: ACCEPT,
        ...(isJson && { 'content-type': JSON_TYPE }),
        ...callHeaders(headers),
      },
      body: isJson ? withCleanPrototype(() => JSON.stringify(data)) : undefined,
      signal,
      timeout: this.calls.timeoutOf({ timeout }),
      responseType: 'json',
      retry: this.retry,
      accepts: isSuccess,
    };
  }
}

function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  if (signal === undefined) return () => undefined;
  return onAbort(signal, () => {
    controller.abort(signal.reason);
  });
}
