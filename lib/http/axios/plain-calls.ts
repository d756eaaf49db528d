import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Observable, type Subscriber } from 'rxjs';
import type { EndSignal } from '../../transport/end-signal.js';
import { bodyJson } from '../body-json.js';
import type { Call } from '../call.js';
import { callHeaders } from '../call-headers.js';
import { isSuccess } from '../is-success.js';
import type { Pipeline } from '../pipeline.js';
import type { AxiosCall } from './axios-call.js';
import { axiosResponse } from './axios-response.js';
import { CallEnd } from './call-end.js';
import type { PlainCall, PlainMethod } from './plain-call.js';

/** What axios sends with every call, and with JSON; its answers tell of them in these letters. */
const ACCEPT = 'application/json, text/plain, */*';
const JSON_TYPE = 'application/json';

/** Frozen: the calls that state no headers share these, and what the pipeline makes of them. */
const HEADERS = Object.freeze({ accept: ACCEPT });
const JSON_HEADERS = Object.freeze({ accept: ACCEPT, 'content-type': JSON_TYPE });

/** As axios tells of them. */
const TOLD_METHODS: Readonly<Record<PlainMethod, string>> = {
  GET: 'get',
  HEAD: 'head',
  DELETE: 'delete',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
};

/** Calls that need nothing of axios but the shape of its answers: they are spared its own way. */
export class PlainCalls {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly calls: AxiosCall,
    private readonly retry: Call['retry'],
  ) {}

  /** Returns the answer to come; each subscription sends the call anew, unsubscribing ends it. */
  observe<T>(call: PlainCall): Observable<AxiosResponse<T>> {
    return new Observable((subscriber) => {
      const end = new CallEnd(call.signal);
      void this.#tell(subscriber as Subscriber<unknown>, call, end);
      return end;
    });
  }

  /** Tells `subscriber` what becomes of `call`; never rejects. */
  async #tell(subscriber: Subscriber<unknown>, call: PlainCall, end: CallEnd): Promise<void> {
    let answer: AxiosResponse<unknown>;
    try {
      const request = this.#requestOf(call, end);
      answer = axiosResponse(await this.pipeline.send(request), configOf(call, request.body));
    } catch (error) {
      // Nothing is told before the subscription is there, as with axios.
      await Promise.resolve();
      end.settle();
      subscriber.error(error);
      return;
    }
    end.settle();
    subscriber.next(answer);
    subscriber.complete();
  }

  #requestOf(call: PlainCall, signal: EndSignal): Call {
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
      statedPath: undefined,
    };
  }
}

function headersOf(usual: Call['headers'], stated: PlainCall['headers']): Call['headers'] {
  return stated === undefined ? usual : { ...usual, ...callHeaders(stated) };
}

/** Returns what the answer tells of its call. */
function configOf(call: PlainCall, body: unknown): InternalAxiosRequestConfig {
  const { url, data, config } = call;
  const method = TOLD_METHODS[call.method];
  const headers = toldHeaders(call);
  // A spread comes last: V8 takes a hundred times as long for what follows one.
  const told = { url, method, headers, ...config };
  told.headers = headers;
  return data === undefined ? told : Object.assign(told, { data: body });
}

function toldHeaders({ data, headers: stated }: PlainCall): AxiosHeaders {
  const headers = new AxiosHeaders();
  // What axios' own `set` would write, without the search that it makes first.
  headers['Accept'] = ACCEPT;
  if (data !== undefined) headers['Content-Type'] = JSON_TYPE;
  if (stated !== undefined) headers.set({ ...stated });
  return headers;
}
