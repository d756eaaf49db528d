import { CLOCK_ROUNDING } from './clock-rounding.js';

/** Returns `duration` in whole milliseconds, rounded up: whoever waits so long has waited long enough. */
export function wholeMilliseconds(duration: number | undefined): number | undefined {
  return duration === undefined ? undefined : Math.max(0, Math.ceil(duration - CLOCK_ROUNDING));
}
