import fc from 'fast-check';
import { webPath } from './web-path.js';

/** A URL of a host with a name, and of a path. */
export function webUrl(): fc.Arbitrary<string> {
  const parts = fc.tuple(fc.constantFrom('http://', 'https://'), fc.domain(), webPath());
  return parts.map((list) => list.join(''));
}
