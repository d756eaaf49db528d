import { LONGEST_DELAY } from '../clock/longest-delay.js';
import { refusedCall } from './refused-call.js';

/**
 * Returns the timeout of a call in milliseconds: the one it states, or else `otherwise`.
 *
 * @throws {CryptofuseConfigException} where the stated one cannot work
 */
export function callTimeout(stated: unknown, otherwise: number): number {
  if (stated === undefined) return otherwise;
  if (typeof stated === 'number' && stated >= 1 && stated <= LONGEST_DELAY) return stated;
  const message = `must be milliseconds, 1 to ${LONGEST_DELAY}`;
  throw refusedCall({ property: 'timeout', message });
}
