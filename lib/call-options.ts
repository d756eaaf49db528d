import type { RetrySettings } from './config/retry-settings.js';
import type { PathParams } from './http/path-params.js';
import type { Query } from './http/query-string.js';

/**
 * What a call may state besides its method, path and body. Each is read once, as a member of the object
 * itself; a call with any other member, or a value that cannot work, is a `CryptofuseConfigException` that
 * names it, and nothing is sent.
 */
export interface CryptofuseCallOptions {
  /**
   * A value for each `{name}` of the path: `get('/payments/{id}/', { params: { id } })`. Each is encoded; an empty
   * one, a dot segment, and one that holds `/`, `\`, `%` or a control character is refused.
   */
  readonly params?: PathParams | undefined;
  /** Query parameters; a list repeats its name, `null` and `undefined` are left out. */
  readonly query?: Query;
  /** Further headers, each once; not `Authorization`, `Cookie`, `Host` and those of the connection. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Ends the whole call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, 1 to 2147483647, instead of the option `timeout`. */
  readonly timeout?: number;
  /** Merged over the option `retry`; `false`: nothing but a refused token's call is repeated. */
  readonly retry?: Partial<RetrySettings> | false;
}

/** What `request` may state: besides the rest, the body. */
export interface CryptofuseRequestOptions extends CryptofuseCallOptions {
  /**
   * JSON, or text, bytes, `URLSearchParams`, `FormData`, `Blob`, a stream, a function that returns a new
   * stream, each sent as what it is. JSON is refused where it would lose something: `NaN`, a `Map`, a promise.
   */
  readonly body?: unknown;
}
