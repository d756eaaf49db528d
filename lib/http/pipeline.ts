import type { CryptofuseInterceptor, CryptofuseNext } from './cryptofuse-interceptor.js';

/** The whole way of a request, from a call to its answer. */
export class Pipeline {
  /** Sends a request through every interceptor. Composed once, not per call. */
  readonly send: CryptofuseNext;

  /** @param interceptors from the call to the wire; the last one does not call `next` */
  constructor(interceptors: readonly CryptofuseInterceptor[]) {
    this.send = interceptors.reduceRight<CryptofuseNext>(
      (next, interceptor) => step(interceptor, next),
      () => Promise.reject(new Error('The last interceptor must answer.')),
    );
  }
}

/** Asynchronous, so that what an interceptor throws at once is a rejection to those before it. */
function step(interceptor: CryptofuseInterceptor, next: CryptofuseNext): CryptofuseNext {
  return async (request) => interceptor.intercept(request, next);
}
