/** Milliseconds by which sums of clock readings may be off: a wait below it is none. */
export const CLOCK_ROUNDING = 0.001;
