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
      const stop = follow(call.config?.signal, controller);
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
    const { method, url, data, config } = call;
    const request = this.#requestOf(call, signal);
    const response = await this.pipeline.send(request);
    const headers = new AxiosHeaders({ Accept: ACCEPT });
    if (data !== undefined) headers.set('Content-Type', JSON_TYPE);
    if (config?.headers !== undefined) headers.set({ ...call.headers });
    const told = { ...config, url, method: method.toLowerCase(), headers };
    return axiosResponse(response, data === undefined ? told : { ...told, data: request.body });
  }

  #requestOf({ method, url, data, headers, config }: PlainCall, signal: AbortSignal) {
    const isJson = data !== undefined;
    const request: CryptofuseRequest = {
      method,
      url: this.calls.urlOf({ ...config, url }),
      headers: {
        accept: ACCEPT,
        ...(isJson && { 'content-type': JSON_TYPE }),
        ...callHeaders(headers),
      },
      body: isJson ? withCleanPrototype(() => JSON.stringify(data)) : undefined,
      signal,
      timeout: this.calls.timeoutOf({ ...config }),
      responseType: 'json',
      retry: this.retry,
      accepts: isSuccess,
    };
    return request;
  }
}

function follow(signal: unknown, controller: AbortController): () => void {
  if (!(signal instanceof AbortSignal)) return () => undefined;
  return onAbort(signal, () => {
    controller.abort(signal.reason);
  });
}
