import type { RetrySettings } from './config/retry-settings.js';
import type { Query } from './http/query-string.js';

/** What a call may state besides its method, path and body. */
export interface CryptofuseCallOptions {
  /** Query parameters; a list repeats its name. */
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Ends the whole call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, instead of the option `timeout`. */
  readonly timeout?: number;
  /** Merged over the option `retry`; `false`: nothing is repeated. */
  readonly retry?: Partial<RetrySettings> | false;
}

/** What `request` may state: besides the rest, the body. */
export interface CryptofuseRequestOptions extends CryptofuseCallOptions {
  /** JSON; or text, bytes, `URLSearchParams`, `FormData`, `Blob`, a stream, each sent as what it is. */
  readonly body?: unknown;
}
