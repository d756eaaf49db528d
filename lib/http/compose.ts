import type { CryptofuseResponse } from './cryptofuse-response.js';

/** The rest of the way of a request of this kind. */
export type Next<Request> = (request: Request) => Promise<CryptofuseResponse>;

/** One step of the way. */
export interface Step<Request> {
  intercept(request: Request, next: Next<Request>): Promise<CryptofuseResponse>;
}

/** Returns the way through `steps`, in their order, to `last`. Composed once, not per call. */
export function compose<Request>(
  steps: readonly Step<Request>[],
  last: Next<Request>,
): Next<Request> {
  return steps.reduceRight<Next<Request>>(
    (next, step) => (request) => step.intercept(request, next),
    last,
  );
}
