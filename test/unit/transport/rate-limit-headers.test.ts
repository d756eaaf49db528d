import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ReadingTime,
  readRateLimit,
  requestedWait,
} from '../../../lib/transport/rate-limit-headers.js';
import type { ResponseHeaders } from '../../../lib/contracts/transport.js';
import { seededRun } from '../../support/seeded-run.js';

const NOW = Date.UTC(2025, 0, 5, 9, 0, 0);
const SOON = 'Sun, 05 Jan 2025 09:02:00 GMT';
const NOTHING = {
  limit: undefined,
  remaining: undefined,
  resetAt: undefined,
  retryAfter: undefined,
};

const TIME = { now: NOW, skew: 0 };
const MAX_DELAY = 5_000;

/** What the headers of a 429 say. */
function read(headers: ResponseHeaders, time: ReadingTime = TIME) {
  const retryAfter = requestedWait(headers, time, true, MAX_DELAY);
  return { ...readRateLimit(headers, time), retryAfter };
}

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
    expect(read(headers)).toEqual({
      limit: 1_000,
      remaining: 999,
      resetAt: at(60_000),
      retryAfter: 60_000,
    });
  });

  it('returns nothing without the headers', () => {
    expect(read({})).toEqual(NOTHING);
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
    ['Sun Jan  5 09:02:00 2025', 120_000],
    ['2025-01-05T09:02:00Z', 120_000],
  ])('reads Retry-After %j as %d ms', (header, retryAfter) => {
    expect(read({ 'retry-after': header })).toEqual({
      ...NOTHING,
      retryAfter,
      resetAt: at(retryAfter),
    });
  });

  it('reads a Retry-After in the past as no wait', () => {
    const headers = { 'retry-after': 'Sun, 05 Jan 2025 08:00:00 GMT' };
    expect(read(headers)).toMatchObject({ retryAfter: 0, resetAt: at(-3_600_000) });
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
  ])('reads Retry-After %j as the longest pause', (header) => {
    const headers = { 'retry-after': header };
    expect(read(headers)).toEqual({ ...NOTHING, retryAfter: MAX_DELAY });
    expect(requestedWait(headers, TIME, false, MAX_DELAY)).toBe(MAX_DELAY);
  });

  it.each(['', '-5', 'soon', '60', '1e9', '1736067660.5', '1736067660000', '9'.repeat(30), '0'])(
    'ignores X-RateLimit-Reset %j',
    (header) => {
      expect(read({ 'x-ratelimit-reset': header })).toEqual(NOTHING);
    },
  );

  it.each(['', '-5', 'many', '1.5', '1000, 1000;w=3600', '9'.repeat(16), 'NaN'])(
    'ignores X-RateLimit-Limit and -Remaining %j',
    (header) => {
      const headers = { 'x-ratelimit-limit': header, 'x-ratelimit-remaining': header };
      expect(read(headers)).toEqual(NOTHING);
    },
  );

  it('treats a repeated header as unreadable', () => {
    const twice = ['1', '2'];
    const headers = {
      'retry-after': twice,
      'x-ratelimit-limit': twice,
      'x-ratelimit-reset': twice,
    };
    expect(read(headers)).toEqual({ ...NOTHING, retryAfter: MAX_DELAY });
  });

  it('reads each value from its own header if both are present', () => {
    const reset = String(NOW / 1_000 + 3_600);
    expect(read({ 'retry-after': '5', 'x-ratelimit-reset': reset })).toMatchObject({
      retryAfter: 5_000,
      resetAt: at(3_600_000),
    });
  });

  it('falls back to the other header if one is absurd', () => {
    const reset = String(NOW / 1_000 + 60);
    const absurd = '999999999999999';
    expect(read({ 'retry-after': absurd, 'x-ratelimit-reset': reset })).toMatchObject({
      retryAfter: 60_000,
      resetAt: at(60_000),
    });
    expect(read({ 'retry-after': '7', 'x-ratelimit-reset': absurd })).toMatchObject({
      retryAfter: 7_000,
      resetAt: at(7_000),
    });
  });

  it.each<[string, ResponseHeaders, number | undefined]>([
    ['nothing of the kind', {}, undefined],
    ['the end of the window alone', { 'x-ratelimit-reset': String(NOW / 1_000 + 60) }, undefined],
    ['Retry-After', { 'retry-after': '0' }, 0],
    ['Retry-After as a date', { 'retry-after': SOON }, 120_000],
  ])('reads a wait for any other status only from Retry-After: %s', (_, headers, wait) => {
    expect(requestedWait(headers, TIME, false, MAX_DELAY)).toBe(wait);
  });

  const HOUR = 3_600_000;
  const reset = { 'x-ratelimit-reset': String(NOW / 1_000 + 60) };
  const date = (moment: number): ResponseHeaders => ({ date: new Date(moment).toUTCString() });

  it.each<[string, ResponseHeaders, ReadingTime]>([
    ['behind', date(NOW), { now: NOW - 2 * HOUR, skew: 0 }],
    ['ahead', date(NOW), { now: NOW + 2 * HOUR, skew: 0 }],
    ['behind, and nothing says Date', {}, { now: NOW - 2 * HOUR, skew: 2 * HOUR }],
    ['right, and Date is absurd', { date: 'soon' }, TIME],
    ['right, and Date is ages ago', date(0), TIME],
    ['right, and Date is ages to come', date(NOW + 9_000 * 24 * HOUR), TIME],
    ['right, and the response comes out of a cache', { ...date(NOW - HOUR), age: '3600' }, TIME],
    ['right, and the response has an absurd Age', { ...date(NOW), age: 'old' }, TIME],
  ])('reads times by the server clock when the local one is %s', (_, headers, time) => {
    const expected = { retryAfter: 60_000, resetAt: new Date(time.now + 60_000) };
    expect(read({ ...headers, ...reset }, time)).toMatchObject(expected);
    const retryAt = { 'retry-after': new Date(NOW + 60_000).toUTCString() };
    expect(read({ ...headers, ...retryAt }, time)).toMatchObject(expected);
  });

  it('returns the time the server sent if the clocks agree to the second', () => {
    const time = { now: NOW + 900, skew: 0 };
    expect(read({ ...date(NOW), ...reset }, time)).toMatchObject({
      retryAfter: 60_000,
      resetAt: at(60_000),
    });
  });

  it('returns valid dates and waits, whatever the headers say', async () => {
    const text = fc.oneof(fc.string(), fc.maxSafeNat().map(String), fc.date().map(String));
    const names = [
      'retry-after',
      'x-ratelimit-reset',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
    ];
    const headers: fc.Arbitrary<ResponseHeaders> = fc.dictionary(fc.constantFrom(...names), text);
    const property = fc.property(headers, (stated) => {
      const { limit, remaining, resetAt, retryAfter } = read(stated);
      for (const count of [limit, remaining]) expect(count ?? 0).toBeGreaterThanOrEqual(0);
      expect(retryAfter ?? 0).toBeGreaterThanOrEqual(0);
      expect(retryAfter ?? 0).toBeLessThanOrEqual(366 * 86_400_000);
      expect(Number.isNaN((resetAt ?? at(0)).getTime())).toBe(false);
    });
    await seededRun('limits are sane', property, 1_000);
  });
});
