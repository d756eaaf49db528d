import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHttpDate } from '../../../lib/transport/http-date.js';
import { seededRun } from '../../support/seeded-run.js';

const NOW = Date.UTC(2025, 0, 5);
const DAY = 86_400_000;

/** Returns the forms of RFC 9110 §5.6.7 for `moment`, which is in whole seconds. */
function formsOf(moment: number): readonly string[] {
  const date = new Date(moment);
  const imf = date.toUTCString();
  const [weekday = '', day = '', month = '', year = '', time = ''] = imf.split(/,? /);
  const longWeekday = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  return [
    imf,
    `${longWeekday}, ${day}-${month}-${year.slice(-2)} ${time} GMT`,
    `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
  ];
}

describe('readHttpDate', () => {
  it('reads each form of a date', async () => {
    const seconds = fc.integer({
      min: (NOW - 49 * 365 * DAY) / 1_000,
      max: (NOW + 49 * 365 * DAY) / 1_000,
    });
    const property = fc.property(seconds, (second) => {
      const moment = Math.round(second) * 1_000;
      for (const form of formsOf(moment)) expect(readHttpDate(form, NOW)).toBe(moment);
    });
    await seededRun('each form is one date', property, 300);
  });

  it.each([
    ['75', 2075],
    ['76', 1976],
    ['99', 1999],
    ['00', 2000],
    ['25', 2025],
  ])('reads the year %s as %d in 2025', (year, full) => {
    const moment = Date.UTC(full, 4, 6, 1, 2, 3);
    expect(readHttpDate(`Monday, 06-May-${year} 01:02:03 GMT`, NOW)).toBe(moment);
  });

  it('reads the year 10 as a future one in 2095', () => {
    const moment = Date.UTC(2010, 4, 6);
    expect(readHttpDate('Monday, 06-May-10 00:00:00 GMT', Date.UTC(2095, 0, 1))).toBe(moment);
  });

  it('reads a leap second as the second before it', () => {
    const moment = Date.UTC(2016, 11, 31, 23, 59, 59);
    expect(readHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(moment);
  });

  it.each([
    '',
    'soon',
    '0',
    '1736067600',
    'Sun, 05 Jan 2025 09:02:00',
    'Sun, 05 Jan 2025 09:02:00 EST',
    'Sun, 05 Jan 2025 09:02:00 +0900',
    'Sun, 05 Jan 25 09:02:00 GMT',
    'Sun, 00 Jan 2025 09:02:00 GMT',
    'Sun, 30 Feb 2025 09:02:00 GMT',
    'Sun, 05 Foo 2025 09:02:00 GMT',
    'Sun, 05 Jan 2025 24:00:00 GMT',
    'Sun, 05 Jan 2025 09:60:00 GMT',
    'Sun, 05 Jan 2025 09:02:61 GMT',
    '2025-01-05',
    '2025-01-05T09:02:00',
    '2025-13-05T09:02:00Z',
    `Sun, 05 Jan ${'2'.repeat(20)} 09:02:00 GMT`,
  ])('does not read %j as a date', (text) => {
    expect(readHttpDate(text, NOW)).toBeUndefined();
  });
});
