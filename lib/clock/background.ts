import { AsyncResource } from 'node:async_hooks';

/** Of the async context in which the package was loaded. */
const LOADED_IN = new AsyncResource('CryptofuseBackground');

/**
 * Runs what belongs to no call in the async context in which the package was loaded. In that of the call that happened to
 * cause it, it would be reported as part of that call, and keep what that call's context holds.
 */
export function inBackground<T>(run: () => T): T {
  return LOADED_IN.runInAsyncScope(run);
}
