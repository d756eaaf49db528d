import { refusedCall } from './refused-call.js';

/**
 * Returns `path` where it is text; where it leads is `Destination`'s to judge.
 *
 * @throws {CryptofuseConfigException} where it is none
 */
export function callPath(path: unknown): string {
  if (typeof path === 'string') return path;
  const message = 'must be a string; of a URL, give url.href';
  throw refusedCall({ property: 'path', message });
}
