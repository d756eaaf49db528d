import { describe, expect, it } from '@jest/globals';
import { measureSkew } from '../../../lib/token/clock-skew.js';
import { allowanceOf } from '../../../lib/token/token-rate-limiter.js';

const NOON = Date.parse('2025-01-01T12:00:00Z');
const DATE = 'Wed, 01 Jan 2025 12:00:00 GMT';

describe('measureSkew', () => {
  it.each([
    ['in time', NOON, NOON + 200, 0],
    ['in time, at the end of the second', NOON + 900, NOON + 999, 0],
    ['in time, over a slow line', NOON - 3_000, NOON + 3_000, 0],
    ['behind', NOON - 60_000, NOON - 60_000, 60_500],
    ['ahead', NOON + 60_500, NOON + 60_500, -60_000],
    ['ahead, over a slow line', NOON + 58_000, NOON + 62_000, -59_500],
  ])('measures the skew of a machine that is %s', (_, asked, answered, skew) => {
    expect(measureSkew(DATE, asked, answered)).toBe(skew);
  });

  it.each([undefined, null, '', 'soon', 5, [DATE]])('measures none from %j', (date) => {
    expect(measureSkew(date, NOON, NOON)).toBeUndefined();
  });
});

describe('allowanceOf', () => {
  it.each([
    [1, 1],
    [4, 4],
    [5, 4],
    [9, 8],
    [10, 8],
    [15, 12],
    [20, 17],
    [1_000, 997],
  ])(
    'allows %d requests a minute %d first tokens and renewals, and all to replacements',
    (budget, allowance) => {
      expect(allowanceOf('first', budget)).toBe(allowance);
      expect(allowanceOf('renewal', budget)).toBe(allowance);
      expect(allowanceOf('replacement', budget)).toBe(budget);
    },
  );
});
