import type { Type } from '@nestjs/common';
import type { RetrySettings } from '../config/settings.js';
import type { ResponseHeaders } from './transport.js';

/** How the body of a successful response is wanted. */
export type ResponseType = 'json' | 'text' | 'bytes' | 'stream';

/** A call on its way to the API, as interceptors see it. The bearer token is added after them. */
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

/**
 * Passes the request on, and resolves to its response, of whatever status.
 *
 * @throws {CryptofuseException} if no response came
 * @throws the signal's reason if it was aborted
 */
export type CryptofuseNext = (request: CryptofuseRequest) => Promise<CryptofuseResponse>;

/**
 * An application's own step around each call. It may change the request, respond itself, or look at the response.
 * A response of any status is a value; `next` rejects only if there was none.
 *
 * ```ts
 * @Injectable()
 * class Idempotency implements CryptofuseInterceptor {
 *   intercept(request: CryptofuseRequest, next: CryptofuseNext) {
 *     const headers = { ...request.headers, 'idempotency-key': randomUUID() };
 *     return next({ ...request, headers });
 *   }
 * }
 * ```
 */
export interface CryptofuseInterceptor {
  intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse>;
}

/** An interceptor as the option `interceptors` states it: a class that Nest's injector makes, or an instance. */
export type StatedInterceptor = Type<CryptofuseInterceptor> | CryptofuseInterceptor;
