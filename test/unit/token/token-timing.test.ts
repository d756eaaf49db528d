import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  lifeLeft,
  tokenState,
  tokenTiming,
  tokenWindows,
} from '../../../lib/token/token-timing.js';
import { seededRun } from '../../support/seeded-run.js';

const START = { wall: Date.UTC(2025, 0, 1), monotonic: 5_000 };
const SECOND = 1_000;

/** A life in ms, a jitter, and a moment in the life of the token. */
const LIFE = fc.oneof(
  fc.integer({ min: 1, max: 120 }).map((seconds) => seconds * SECOND),
  fc.double({ min: 0, max: 10 ** 9, noNaN: true }),
  fc.integer({ min: 0, max: 2 ** 31 }).map((seconds) => seconds * SECOND),
);
const JITTER = fc.double({ min: 0, max: 1, noNaN: true });

function after(wall: number, monotonic = wall) {
  return { wall: START.wall + wall, monotonic: START.monotonic + monotonic };
}

describe('tokenWindows', () => {
  it.each([
    [0, 0, 0, 0],
    [-5, 0, 0, 0],
    [1, 0, 0.2, 0.1],
    [1, 1, 0.18, 0.1],
    [10, 0, 2, 1],
    [30, 0.5, 5.7, 3],
    [60, 0, 12, 6],
    [100, 0, 20, 10],
    [120, 1, 21.6, 10],
    [299, 0, 59.8, 10],
    [299, 1, 53.82, 10],
    [300, 0, 60, 10],
    [300, 1, 60, 10],
    [330, 0, 66, 10],
    [330, 1, 60, 10],
    [600, 1, 108, 10],
    [1_500, 0, 300, 10],
    [3_600, 0, 300, 10],
    [3_600, 0.5, 285, 10],
    [3_600, 1, 270, 10],
    [36_000, 1, 270, 10],
    [2 ** 31 - 1, 0, 300, 10],
  ])('gives a life of %d s with jitter %d windows of %d s and %d s', (life, jitter, soft, hard) => {
    const windows = tokenWindows(life * SECOND, jitter);
    expect(windows.soft).toBeCloseTo(soft * SECOND, 6);
    expect(windows.hard).toBeCloseTo(hard * SECOND, 6);
  });

  it('stays within bounds for every life and jitter', async () => {
    const property = fc.property(LIFE, JITTER, (life, jitter) => {
      const { soft, hard } = tokenWindows(life, jitter);
      const widest = tokenWindows(life, 0).soft;
      expect(hard).toBeLessThanOrEqual(soft);
      expect(hard).toBeLessThanOrEqual(Math.min(10 * SECOND, 0.1 * life));
      expect(soft).toBeLessThanOrEqual(Math.min(300 * SECOND, 0.2 * life));
      expect(soft).toBeGreaterThanOrEqual(0.9 * widest - 1e-6);
      if (life >= 300 * SECOND) expect(soft).toBeGreaterThanOrEqual(60 * SECOND);
    });
    await seededRun('windows keep to their bounds', property, 1_000);
  });
});

describe('tokenState', () => {
  const hour = tokenTiming(START, 3_600 * SECOND, 0);
  const minute = tokenTiming(START, 60 * SECOND, 0);

  it.each([
    [hour, 0, 'fresh'],
    [hour, 3_300 * SECOND - 1, 'fresh'],
    [hour, 3_300 * SECOND, 'stale'],
    [hour, 3_590 * SECOND - 1, 'stale'],
    [hour, 3_590 * SECOND, 'expired'],
    [hour, 3_600 * SECOND, 'expired'],
    [minute, 48 * SECOND - 1, 'fresh'],
    [minute, 48 * SECOND, 'stale'],
    [minute, 54 * SECOND - 1, 'stale'],
    [minute, 54 * SECOND, 'expired'],
  ] as const)('%#: %s after %d ms', (timing, age, state) => {
    expect(tokenState(timing, after(age))).toBe(state);
  });

  it.each([0, -1, -3_600, -(2 ** 31)])('calls a token that lives %d s expired at once', (life) => {
    expect(tokenState(tokenTiming(START, life * SECOND, 0), START)).toBe('expired');
  });

  it.each([
    ['the wall clock is set ahead', after(4_000 * SECOND, 1), 'expired'],
    ['the wall clock is set ahead a little', after(3_400 * SECOND, 1), 'stale'],
    ['the wall clock is set back', after(-86_400 * SECOND, 3_595 * SECOND), 'expired'],
    ['the wall clock is set back, early in its life', after(-86_400 * SECOND, 10), 'fresh'],
    ['the machine slept, so the monotonic clock stood still', after(3_595 * SECOND, 10), 'expired'],
    ['both run', after(10, 10), 'fresh'],
  ] as const)('goes by the stricter clock: %s', (_, now, state) => {
    expect(tokenState(hour, now)).toBe(state);
  });

  it('never becomes fresher while both clocks run on', async () => {
    const order = ['fresh', 'stale', 'expired'];
    const step = fc.tuple(fc.nat(600 * SECOND), fc.nat(600 * SECOND));
    const steps = fc.array(step, { minLength: 1, maxLength: 30 });
    const property = fc.property(LIFE, JITTER, steps, (life, jitter, taken) => {
      const timing = tokenTiming(START, life, jitter);
      let [now, before] = [START, 0];
      for (const [wall, monotonic] of taken) {
        now = { wall: now.wall + wall, monotonic: now.monotonic + monotonic };
        const state = order.indexOf(tokenState(timing, now));
        expect(state).toBeGreaterThanOrEqual(before);
        before = state;
      }
    });
    await seededRun('a token never becomes fresher', property, 500);
  });

  it('is never better than either clock alone gives', async () => {
    const shift = fc.integer({ min: -(10 ** 9), max: 10 ** 9 });
    const property = fc.property(LIFE, JITTER, shift, shift, (life, jitter, wall, monotonic) => {
      const timing = tokenTiming(START, life, jitter);
      const left = lifeLeft(timing, after(wall, monotonic));
      expect(left).toBe(Math.min(life - wall, life - monotonic));
      const single = Math.max(wall, monotonic);
      expect(tokenState(timing, after(wall, monotonic))).toBe(tokenState(timing, after(single)));
    });
    await seededRun('the stricter clock wins', property, 500);
  });

  it('lets tokens of 1 to 120 s be used for most of their life', async () => {
    const seconds = fc.integer({ min: 1, max: 120 });
    const property = fc.property(seconds, JITTER, (life, jitter) => {
      const timing = tokenTiming(START, life * SECOND, jitter);
      expect(tokenState(timing, START)).toBe('fresh');
      expect(tokenState(timing, after(0.79 * life * SECOND))).toBe('fresh');
      expect(tokenState(timing, after(0.85 * life * SECOND))).toBe('stale');
      expect(tokenState(timing, after(0.89 * life * SECOND))).toBe('stale');
    });
    await seededRun('short tokens are usable', property, 500);
  });
});
