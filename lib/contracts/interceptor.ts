import type { Type } from '@nestjs/common';
import type { RetrySettings } from '../config/settings.js';
import type { ResponseHeaders } from './transport.js';

/** How the body of a successful response is wanted. */
export type ResponseType = 'json' | 'text' | 'bytes' | 'stream';

/** A call on its way to the API, as interceptors see it. The bearer is added behind them. */
export interface CryptofuseRequest {
  /** In capitals. */
  readonly method: string;
  /** Absolute, with the query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the application gave it. JSON was written when the call was made: to change it, pass on another body. */
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly responseType: ResponseType;
  /** When a failed attempt is retried; `false`: only after a 401, with another token. */
  readonly retry: RetrySettings | false;
  /** Which statuses are no error. */
  readonly accepts: (status: number) => boolean;
}

/** A response of any status, as interceptors see it. */
export interface CryptofuseResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ResponseHeaders;
  /**
   * What `responseType` asked for; `undefined` for an empty body. An error's body is parsed JSON. A
   * body that is not the JSON it should be is an `UnreadableBody`, and so is that of an error if it cannot be read at all.
   */
  readonly body: unknown;
  /** Whether an earlier attempt of the call may have been acted upon, whatever this response says. */
  readonly isAmbiguous?: boolean;
}

/** The rest of the way: sends the request and resolves to its response, of whatever status. */
export type CryptofuseNext = (request: CryptofuseRequest) => Promise<CryptofuseResponse>;

/**
 * One step of the way of a request. It may change the request, respond itself, or look at the response.
 * A response of any status is a value; `next` rejects only if there was none.
 */
export interface CryptofuseInterceptor {
  intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse>;
}

/** An interceptor as the option `interceptors` states it: a class that Nest's injector makes, or an instance. */
export type StatedInterceptor = Type<CryptofuseInterceptor> | CryptofuseInterceptor;
