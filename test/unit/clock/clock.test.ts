import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { SystemClock } from '../../../lib/clock/clock.js';
import { VirtualClock } from '../../../lib/testing/index.js';

const WALL = Date.UTC(2025, 0, 1);

describe('monotonicAt of the system clock', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function clockShowing(...readings: readonly number[]) {
    const now = jest.spyOn(performance, 'now');
    for (const reading of readings) now.mockReturnValueOnce(reading);
    return { clock: new SystemClock(), now };
  }

  it('reads once per tick of the wall clock', () => {
    const { clock, now } = clockShowing(5, 6);
    expect(clock.monotonicAt(WALL)).toBe(5);
    expect(clock.monotonicAt(WALL)).toBe(5);
    expect(now).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['runs on', WALL + 1],
    ['jumps ahead', WALL + 7_200_000],
    ['is set back', WALL - 7_200_000],
  ])('reads again when the wall clock %s', (_, wall) => {
    const { clock } = clockShowing(5, 6);
    clock.monotonicAt(WALL);
    expect(clock.monotonicAt(wall)).toBe(6);
  });

  it('returns the latest reading of any method while the wall clock stands still', () => {
    const { clock } = clockShowing(5, 4_000_000);
    clock.monotonicAt(WALL);
    clock.monotonic();
    expect(clock.monotonicAt(WALL)).toBe(4_000_000);
  });

  it('lags by no more than a tick of the wall clock', () => {
    const clock = new SystemClock();
    const until = performance.now() + 20;
    for (let now = performance.now(); now < until; now = performance.now()) {
      const given = clock.monotonicAt(clock.now());
      expect(given).toBeLessThanOrEqual(performance.now());
      expect(given).toBeGreaterThan(now - 2);
    }
  });
});

describe('monotonicAt of a clock that keeps no reading', () => {
  it('reads at every call, even if the wall clock shows the same time', () => {
    const clock = new VirtualClock({ frozen: true });
    const wall = clock.now();
    const before = clock.monotonicAt(wall);
    clock.advance(3_600_000);
    clock.setWall(wall);
    expect(clock.monotonicAt(clock.now()) - before).toBe(3_600_000);
  });
});
