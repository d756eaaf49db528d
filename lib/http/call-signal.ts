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
  if (looksLike(stated, isAbortSignal)) return stated as AbortSignal;
  const message = looksLike(stated, isAbortController)
    ? 'is an AbortController; give controller.signal'
    : 'must be an AbortSignal, such as controller.signal or AbortSignal.timeout(ms)';
  throw refusedCall({ property: 'signal', message });
}

function looksLike(stated: unknown, rule: (stated: object) => boolean): boolean {
  try {
    return typeof stated === 'object' && stated !== null && rule(stated);
  } catch {
    return false; // a getter or a proxy that throws when it is looked at
  }
}

function isAbortSignal(stated: object): boolean {
  if (typeof Reflect.get(stated, 'aborted') !== 'boolean') return false;
  return METHODS.every((method) => typeof Reflect.get(stated, method) === 'function');
}

function isAbortController(stated: object): boolean {
  return typeof Reflect.get(stated, 'abort') === 'function' && 'signal' in stated;
}
