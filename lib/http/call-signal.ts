import { refusedCall } from './refused-call.js';

/** What is used of a signal: one of another realm, or of a polyfill that has all of it, works as well. */
const METHODS = ['addEventListener', 'removeEventListener', 'throwIfAborted'];

/**
 * Returns the signal that a call states.
 *
 * @throws {CryptofuseConfigException} where it is no `AbortSignal`
 */
export function callSignal(stated: unknown): AbortSignal | undefined {
  if (stated === undefined) return undefined;
  if (isAbortSignal(stated)) return stated;
  const message = isAbortController(stated)
    ? 'is an AbortController; give controller.signal'
    : 'must be an AbortSignal, such as controller.signal or AbortSignal.timeout(ms)';
  throw refusedCall({ property: 'signal', message });
}

function isAbortSignal(stated: unknown): stated is AbortSignal {
  if (typeof stated !== 'object' || stated === null) return false;
  if (typeof Reflect.get(stated, 'aborted') !== 'boolean') return false;
  return METHODS.every((method) => typeof Reflect.get(stated, method) === 'function');
}

function isAbortController(stated: unknown): boolean {
  if (typeof stated !== 'object' || stated === null) return false;
  return typeof Reflect.get(stated, 'abort') === 'function' && 'signal' in stated;
}
