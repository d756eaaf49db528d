/** Milliseconds beyond which Node fires a timer at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;
