import type { VirtualClock } from '../../lib/testing/virtual-clock.js';
import { until } from './until.js';

/** Far less than any deadline, so that whatever is on its way arrives before one; in milliseconds. */
const STEP = 20;

/** Settles as `promise` does, and moves `clock` on until then: what pauses on the way takes no real time. */
export async function hurried<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await until(() => {
    if (!isSettled) clock.advance(STEP);
    return isSettled;
  });
  return promise;
}
