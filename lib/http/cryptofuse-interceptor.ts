import type { CryptofuseRequest } from './cryptofuse-request.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';

/** The rest of the way: sends the request and resolves to its answer, of whatever status. */
export type CryptofuseNext = (request: CryptofuseRequest) => Promise<CryptofuseResponse>;

/**
 * One step of the way of a request. It may change the request, answer itself, or look at the answer.
 * An answer of any status is a value; `next` rejects only where there was none.
 */
export interface CryptofuseInterceptor {
  intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse>;
}
