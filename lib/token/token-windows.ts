const SECOND = 1_000;
const LONGEST_SOFT = 300 * SECOND;
const SHORTEST_SOFT = 60 * SECOND;
const LONGEST_HARD = 10 * SECOND;
/** From this life on the documented 60 s of early renewal fit in. */
const FLOOR_FROM_LIFE = 300 * SECOND;
const SOFT_SHARE = 0.2;
const HARD_SHARE = 0.1;
const JITTER_SHARE = 0.1;

/** How long before the end of its life a token is renewed (soft), and no longer sent (hard), in ms. */
export interface TokenWindows {
  readonly soft: number;
  readonly hard: number;
}

/**
 * Returns the windows of a token.
 *
 * @param life milliseconds from the sending of the request to expiry
 * @param jitter 0 to 1, fixed for the token: how much of the jitter is taken off the soft window
 */
export function tokenWindows(life: number, jitter: number): TokenWindows {
  const lasting = Math.max(0, life);
  const widest = Math.min(SOFT_SHARE * lasting, LONGEST_SOFT);
  const floor = lasting >= FLOOR_FROM_LIFE ? SHORTEST_SOFT : 0;
  return {
    soft: Math.max(floor, widest * (1 - JITTER_SHARE * jitter)),
    hard: Math.min(LONGEST_HARD, HARD_SHARE * lasting),
  };
}
