import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRateLimit } from '../../../lib/transport/rate-limit-headers.js';
import type { ResponseHeaders } from '../../../lib/transport/transport.js';
import { seededRun } from '../../support/seeded-run.js';

const NOW = Date.UTC(2025, 0, 5, 9, 0, 0);
const SOON = 'Sun, 05 Jan 2025 09:02:00 GMT';
const NOTHING = {
  limit: undefined,
  remaining: undefined,
  resetAt: undefined,
  retryAfter: undefined,
};

function at(offset: number): Date {
  return new Date(NOW + offset);
}

describe('readRateLimit', () => {
  it('reads the documented headers', () => {
    const headers = {
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '999',
      'x-ratelimit-reset': String(NOW / 1_000 + 60),
    };
    expect(readRateLimit(headers, NOW)).toEqual({
      limit: 1_000,
      remaining: 999,
      resetAt: at(60_000),
      retryAfter: 60_000,
    });
  });

  it('knows nothing without them', () => {
    expect(readRateLimit({}, NOW)).toEqual(NOTHING);
  });

  it.each<[string, number]>([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['0007', 7_000],
    [String(366 * 86_400), 366 * 86_400_000],
    [SOON, 120_000],
    ['Sunday, 05-Jan-25 09:02:00 GMT', 120_000],
    ['Sun Jan  5 09:02:00 2025 GMT', 120_000],
    ['2025-01-05T09:02:00Z', 120_000],
  ])('Retry-After %j is %d ms', (header, retryAfter) => {
    expect(readRateLimit({ 'retry-after': header }, NOW)).toEqual({
      ...NOTHING,
      retryAfter,
      resetAt: at(retryAfter),
    });
  });

  it('Retry-After in the past is no wait', () => {
    const headers = { 'retry-after': 'Sun, 05 Jan 2025 08:00:00 GMT' };
    expect(readRateLimit(headers, NOW)).toMatchObject({ retryAfter: 0, resetAt: at(-3_600_000) });
  });

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '120s',
    '12 0',
    '1, 2',
    'soon',
    'NaN',
    'Infinity',
    String(366 * 86_400 + 1),
    '999999999999999',
    '9'.repeat(400),
    'Sun, 05 Jan 2035 09:02:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Sun, 99 Jan 2025 09:02:00 GMT',
    '2025-01-05',
    '１２０',
    'null',
  ])('Retry-After %j tells nothing', (header) => {
    expect(readRateLimit({ 'retry-after': header }, NOW)).toEqual(NOTHING);
  });

  it.each(['', '-5', 'soon', '60', '1e9', '1736067660.5', '1736067660000', '9'.repeat(30), '0'])(
    'X-RateLimit-Reset %j tells nothing',
    (header) => {
      expect(readRateLimit({ 'x-ratelimit-reset': header }, NOW)).toEqual(NOTHING);
    },
  );

  it.each(['', '-5', 'many', '1.5', '1000, 1000;w=3600', '9'.repeat(16), 'NaN'])(
    'X-RateLimit-Limit and -Remaining %j tell nothing',
    (header) => {
      const headers = { 'x-ratelimit-limit': header, 'x-ratelimit-remaining': header };
      expect(readRateLimit(headers, NOW)).toEqual(NOTHING);
    },
  );

  it('takes a header that came twice for none', () => {
    const twice = ['1', '2'];
    const headers = {
      'retry-after': twice,
      'x-ratelimit-limit': twice,
      'x-ratelimit-reset': twice,
    };
    expect(readRateLimit(headers, NOW)).toEqual(NOTHING);
  });

  it('has each from its own header where both are there', () => {
    const reset = String(NOW / 1_000 + 3_600);
    expect(readRateLimit({ 'retry-after': '5', 'x-ratelimit-reset': reset }, NOW)).toMatchObject({
      retryAfter: 5_000,
      resetAt: at(3_600_000),
    });
  });

  it('makes up for an absurd one with the other', () => {
    const reset = String(NOW / 1_000 + 60);
    const absurd = '999999999999999';
    expect(readRateLimit({ 'retry-after': absurd, 'x-ratelimit-reset': reset }, NOW)).toMatchObject(
      {
        retryAfter: 60_000,
        resetAt: at(60_000),
      },
    );
    expect(readRateLimit({ 'retry-after': '7', 'x-ratelimit-reset': absurd }, NOW)).toMatchObject({
      retryAfter: 7_000,
      resetAt: at(7_000),
    });
  });

  it('gives dates that are dates and waits that are waits, whatever the headers say', async () => {
    const text = fc.oneof(fc.string(), fc.maxSafeNat().map(String), fc.date().map(String));
    const names = [
      'retry-after',
      'x-ratelimit-reset',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
    ];
    const headers: fc.Arbitrary<ResponseHeaders> = fc.dictionary(fc.constantFrom(...names), text);
    const property = fc.property(headers, (stated) => {
      const { limit, remaining, resetAt, retryAfter } = readRateLimit(stated, NOW);
      for (const count of [limit, remaining]) expect(count ?? 0).toBeGreaterThanOrEqual(0);
      expect(retryAfter ?? 0).toBeGreaterThanOrEqual(0);
      expect(retryAfter ?? 0).toBeLessThanOrEqual(366 * 86_400_000);
      expect(Number.isNaN((resetAt ?? at(0)).getTime())).toBe(false);
    });
    await seededRun('limits are sane', property, 1_000);
  });
});
