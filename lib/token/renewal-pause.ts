const FIRST = 1_000;
const LONGEST = 30_000;

/** Returns the milliseconds from the `failures`-th failed renewal in a row to the next. */
export function renewalPause(failures: number): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1));
}
