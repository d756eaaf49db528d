import type { CryptofuseResponse } from './cryptofuse-response.js';

/** The rest of the way of a `What`: a call, or an attempt of one. */
export type Next<What> = (what: What) => Promise<CryptofuseResponse>;

/** One step of the way. */
export interface Step<What> {
  intercept(what: What, next: Next<What>): Promise<CryptofuseResponse>;
}

/** Returns the way through `steps`, in their order, to `last`. Composed once, not per call. */
export function compose<What>(steps: readonly Step<What>[], last: Next<What>): Next<What> {
  return steps.reduceRight<Next<What>>((next, step) => (what) => step.intercept(what, next), last);
}
