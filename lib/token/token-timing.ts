import { tokenWindows, type TokenWindows } from './token-windows.js';

/** A moment by both clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** What a token may be used for: anything; anything, while a new one is fetched; nothing. */
export type TokenState = 'fresh' | 'stale' | 'expired';

/** When a token was asked for, and how long it lives. */
export interface TokenTiming {
  readonly sentAt: Moment;
  /** Milliseconds, counted from `sentAt`. */
  readonly life: number;
  readonly windows: TokenWindows;
}

/** Returns the timing of a token that was asked for at `sentAt` and lives for `life` ms. */
export function tokenTiming(sentAt: Moment, life: number, jitter: number): TokenTiming {
  return { sentAt, life, windows: tokenWindows(life, jitter) };
}

/**
 * Returns the milliseconds a token has left. The wall clock jumps and the monotonic clock stops
 * while a machine sleeps, so the stricter of both counts.
 */
export function lifeLeft(timing: TokenTiming, now: Moment): number {
  return lifeLeftAt(timing, now.wall, now.monotonic);
}

/** Returns what a token may be used for at `now`. */
export function tokenState(timing: TokenTiming, now: Moment): TokenState {
  return tokenStateAt(timing, now.wall, now.monotonic);
}

/** Returns what {@link tokenState} does, for two readings: no moment has to be made of them. */
export function tokenStateAt(timing: TokenTiming, wall: number, monotonic: number): TokenState {
  const left = lifeLeftAt(timing, wall, monotonic);
  if (left <= timing.windows.hard) return 'expired';
  return left <= timing.windows.soft ? 'stale' : 'fresh';
}

function lifeLeftAt({ sentAt, life }: TokenTiming, wall: number, monotonic: number): number {
  return life - Math.max(wall - sentAt.wall, monotonic - sentAt.monotonic);
}
