import type { RetrySettings } from '../config/retry-settings.js';

/** How the body of a successful answer is wanted. */
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
  /** When a failed attempt is repeated; `false`: only after a 401 that another token cures. */
  readonly retry: RetrySettings | false;
  /** Which statuses are no error. */
  readonly accepts: (status: number) => boolean;
}
