/** `SCALE=10 npm run test:fuzz` draws ten times as many inputs. */
const SCALE = Number(process.env['SCALE'] ?? 1);

/** The longest that a property may take, in milliseconds. */
export const LONGEST_PROPERTY = 300_000 * Math.max(1, SCALE);

/** Returns how many inputs to draw if `runs` is the usual number. */
export function scaledRuns(runs: number): number {
  return Math.max(1, Math.round(runs * SCALE));
}
