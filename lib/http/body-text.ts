import { HALF_CHARACTER } from '../config/plain-text.js';
import { refusedCall } from './refused-call.js';

/** @throws {CryptofuseConfigException} where `text` cannot be written as UTF-8 */
export function requireWholeText(text: string): void {
  if (!text.isWellFormed()) throw refusedCall({ property: 'body', message: HALF_CHARACTER });
}

/**
 * Returns the bytes of `text`.
 *
 * @throws {CryptofuseConfigException} where it cannot be written as UTF-8
 */
export function textBytes(text: string): Buffer {
  requireWholeText(text);
  return Buffer.from(text, 'utf8');
}
