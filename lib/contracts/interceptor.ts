import type { Type } from '@nestjs/common';
import type { RetrySettings } from '../config/settings.js';
import type { ResponseHeaders } from './transport.js';

/** The type in which the body of a successful response is returned. */
export type ResponseType = 'json' | 'text' | 'bytes' | 'stream';

/** A call on its way to the API, as interceptors see it. The bearer token is added after them. */
export interface CryptofuseRequest {
  /** In capitals. */
  readonly method: string;
  /** Absolute, with the query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the application gave it. JSON is serialised when the call is made: to change it, pass on another body. */
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly responseType: ResponseType;
  /** When a failed attempt is retried; `false`: only after a 401, with another token. */
  readonly retry: RetrySettings | false;
  /** Returns whether a status is no error. */
  readonly accepts: (status: number) => boolean;
}

/** A response of any status, as interceptors see it. */
export interface CryptofuseResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ResponseHeaders;
  /**
   * Of the type that `responseType` names; `undefined` if empty. An error's body is parsed JSON. A body that should be
   * JSON and is not is an `UnreadableBody`, and so is an error's body that cannot be read at all.
   */
  readonly body: unknown;
  /** Whether the server may have acted on an earlier attempt of the call, whatever this response says. */
  readonly isAmbiguous?: boolean;
}

/**
 * Passes the request on and resolves to its response, whatever the status.
 *
 * @throws {CryptofuseException} if no response came
 * @throws the signal's reason if it was aborted
 */
export type CryptofuseNext = (request: CryptofuseRequest) => Promise<CryptofuseResponse>;

/**
 * A step of the application around each call. It may change the request, respond itself, or inspect the response.
 * `next` resolves to a response of any status, and rejects only if there was none.
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

/** An entry of the option `interceptors`: a class, which Nest's injector instantiates, or an instance. */
export type StatedInterceptor = Type<CryptofuseInterceptor> | CryptofuseInterceptor;
