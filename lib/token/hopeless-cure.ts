import type { IssuedToken } from './issued-token.js';
import { lifeLeft, type Moment } from './token-timing.js';

/** After a token that was fetched as a cure is refused too, none is fetched for this long, in ms. */
const CURE_PAUSE = 5_000;

/** Whether `refused` was itself the cure of a 401, so recently that another one would be refused like it. */
export function isHopelessCure({ isCure, accepted, timing }: IssuedToken, now: Moment): boolean {
  const age = timing.life - lifeLeft(timing, now);
  return isCure && !accepted && age < CURE_PAUSE;
}
