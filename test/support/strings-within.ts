import { textsWithin } from './secret-places.js';

/**
 * Returns every string that can be reached from `root`, however it is hidden; see {@link textsWithin}.
 * What `isForeign` holds for is not followed.
 */
export function stringsWithin(root: unknown, isForeign?: (value: object) => boolean): Set<string> {
  return new Set(textsWithin(root, isForeign).keys());
}
