import type { CryptofuseRequest } from '../contracts/interceptor.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import type { Account } from './account.js';
import type { StatedPath } from './path-params.js';

/** A call on its way through the pipeline; its signal need not be an `AbortSignal`. */
export interface Call extends Omit<CryptofuseRequest, 'signal'> {
  readonly signal: AbortSignalLike | undefined;
  /** `undefined` if the path has no places for parameters. */
  readonly statedPath?: StatedPath | undefined;
  readonly account: Account;
}

/** Returns whether `status` says that the request succeeded (RFC 9110 §15.3). */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
