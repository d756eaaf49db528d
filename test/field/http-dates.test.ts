import { describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RawRecorder } from '../support/raw-recorder.js';
import type { TimeZoneOutcome, TimeZoneRun } from './time-zone-process.js';

const NOW = 'Sun, 05 Jan 2025 09:00:00 GMT';
const MAX_DELAY = 5_000;

/** Forms of one date, two minutes after `NOW`, and values that are not dates. */
const DATES: readonly (readonly [string, number])[] = [
  ['Sun, 05 Jan 2025 09:02:00 GMT', 120_000],
  ['Sunday, 05-Jan-25 09:02:00 GMT', 120_000],
  ['Sun Jan  5 09:02:00 2025', 120_000],
  ['Sun Jan 05 09:02:00 2025', 120_000],
  ['sun, 05 jan 2025 09:02:00 gmt', 120_000],
  ['2025-01-05T09:02:00Z', 120_000],
  ['Sun, 05 Jan 2025 08:02:00 GMT', 0],
  ['Sunday, 05-Jan-75 09:02:00 GMT', MAX_DELAY],
  ['Sun, 05 Jan 2025 09:02:00', MAX_DELAY],
  ['2025-01-05 09:02:00', MAX_DELAY],
  ['January 5, 2025 09:02:00', MAX_DELAY],
  ['Sun, 31 Feb 2025 09:02:00 GMT', MAX_DELAY],
  ['Sun, 05 Jan 2025 25:02:00 GMT', MAX_DELAY],
];

/** Returns the waits that a process in the time zone reports. */
async function told(timeZone: string, run: TimeZoneRun): Promise<TimeZoneOutcome> {
  const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const child = fork(pathOf('time-zone-process.ts'), {
    execArgv: ['--import', pathOf('../chaos/typescript.mjs')],
    env: { ...process.env, TZ: timeZone },
  });
  const ended = once(child, 'exit');
  const answered = once(child, 'message') as Promise<[TimeZoneOutcome]>;
  child.send(run);
  const [outcome] = await answered;
  child.disconnect();
  await ended;
  return outcome;
}

describe.each([
  ['Asia/Tokyo', -540],
  ['America/Los_Angeles', 480],
])('a process in the time zone %s', (timeZone, offset) => {
  it('reads every form of an HTTP date as GMT, on both transports', async () => {
    let call = 0;
    const recorder = await RawRecorder.start((_, path) => {
      if (path !== '/user/me/') return undefined;
      const [date = ''] = DATES[call % DATES.length] ?? [];
      call += 1;
      return { status: 429, headers: { Date: NOW, 'Retry-After': date }, json: '{}' };
    });
    const { waits, ...outcome } = await told(timeZone, {
      baseUrl: recorder.url,
      calls: DATES.length,
    });
    await recorder.stop();
    const winter = new Date().getMonth() < 2 || new Date().getMonth() > 10;
    expect(Math.abs(outcome.offset - offset)).toBeLessThanOrEqual(winter ? 0 : 60);
    const expected = DATES.map(([date, wait]) => `${date}: ${wait}`);
    for (const transport of ['axios', 'undici']) {
      const seen = DATES.map(([date], index) => `${date}: ${waits[transport]?.[index] ?? 'none'}`);
      expect(seen).toEqual(expected);
    }
  });
});
