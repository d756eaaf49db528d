import type { Moment } from '../clock/clock.js';

/** `fresh`: usable; `stale`: usable while a new one is fetched; `expired`: not usable. */
export type TokenState = 'fresh' | 'stale' | 'expired';

/** When a token was requested, and how long it lives. */
export interface TokenTiming {
  readonly sentAt: Moment;
  /** Milliseconds, counted from `sentAt`. */
  readonly life: number;
  readonly windows: TokenWindows;
}

/** Returns the timing of a token that was requested at `sentAt` and lives for `life` milliseconds. */
export function tokenTiming(sentAt: Moment, life: number, jitter: number): TokenTiming {
  return { sentAt, life, windows: tokenWindows(life, jitter) };
}

/**
 * Returns the milliseconds a token has left. The wall clock can jump and the monotonic clock stops while a machine
 * sleeps, so the lower result counts.
 */
export function lifeLeft(timing: TokenTiming, now: Moment): number {
  return lifeLeftAt(timing, now.wall, now.monotonic);
}

/** Returns the state of a token at `now`. */
export function tokenState(timing: TokenTiming, now: Moment): TokenState {
  return tokenStateAt(timing, now.wall, now.monotonic);
}

/** Returns the same as {@link tokenState} from two clock readings, without allocating a `Moment`. */
export function tokenStateAt(timing: TokenTiming, wall: number, monotonic: number): TokenState {
  const left = lifeLeftAt(timing, wall, monotonic);
  if (left <= timing.windows.hard) return 'expired';
  return left <= timing.windows.soft ? 'stale' : 'fresh';
}

function lifeLeftAt({ sentAt, life }: TokenTiming, wall: number, monotonic: number): number {
  return life - Math.max(wall - sentAt.wall, monotonic - sentAt.monotonic);
}

const SECOND = 1_000;
const LONGEST_SOFT = 300 * SECOND;
const SHORTEST_SOFT = 60 * SECOND;
const LONGEST_HARD = 10 * SECOND;
/** Tokens that live at least this long are renewed at least the documented 60 s early. */
const FLOOR_FROM_LIFE = 300 * SECOND;
const SOFT_SHARE = 0.2;
const HARD_SHARE = 0.1;
const JITTER_SHARE = 0.1;

/** How long before its expiry a token is renewed (soft) and no longer sent (hard), in milliseconds. */
interface TokenWindows {
  readonly soft: number;
  readonly hard: number;
}

/**
 * Returns the windows of a token.
 *
 * @param life milliseconds from the sending of the request to expiry
 * @param jitter 0 to 1, fixed for the token: the share of the maximum jitter taken off the soft window
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

/** The bounds of a pause, in milliseconds. */
interface PauseBounds {
  readonly shortest: number;
  readonly longest: number;
}

/**
 * Returns the next pause in milliseconds: between the shortest and three times the previous one, so
 * that processes that failed together do not retry together (decorrelated jitter).
 *
 * @param previous the previous pause, 0 for the first
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
