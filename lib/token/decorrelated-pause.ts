/** The bounds of a pause, in milliseconds. */
export interface PauseBounds {
  readonly shortest: number;
  readonly longest: number;
}

/**
 * Returns the next pause in milliseconds: between the shortest and three times the previous one, so
 * that processes that failed together do not come back together (decorrelated jitter).
 *
 * @param previous the pause before, 0 for the first
 * @param random 0 to 1
 */
export function decorrelatedPause(
  previous: number,
  { shortest, longest }: PauseBounds,
  random: number,
): number {
  const widest = Math.max(shortest, 3 * previous);
  return Math.min(longest, shortest + (widest - shortest) * random);
}
