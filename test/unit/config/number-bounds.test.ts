import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configure } from '../../../lib/config/configure.js';
import { refusedProperties } from '../../support/config-refusal.js';
import { seededRun } from '../../support/seeded-run.js';

const LONGEST = 2 ** 31 - 1;
/** Every option that is a number, with its least and greatest value. */
const NUMBERS: readonly (readonly [path: string, least: number, greatest: number])[] = [
  ['timeout', 1, LONGEST],
  ['maxResponseSize', 1, Infinity],
  ['drainTimeout', 0, LONGEST],
  ['token.budget', 1, Infinity],
  ['retry.attempts', 0, Infinity],
  ['retry.maxDelay', 0, LONGEST],
  ['quota.reserve', 0, Infinity],
  ['quota.maxWait', 0, LONGEST],
];

/** Options that state `value` at `path`. */
function stating(path: string, value: number): object {
  const [option = '', member] = path.split('.');
  const stated = member === undefined ? value : { [member]: value };
  return { clientId: 'client', clientSecret: 's3cret-value', [option]: stated };
}

/** What the configuration of `stating(path, value)` has at `path`. */
function kept(path: string, value: number): unknown {
  const config: object = configure(stating(path, value), {});
  return path.split('.').reduce<unknown>((at, name) => Reflect.get(Object(at), name), config);
}

describe.each(NUMBERS)('%s, from %d to %d', (path, least, greatest) => {
  const ends = greatest === Infinity ? [2 ** 31, Number.MAX_SAFE_INTEGER] : [greatest];

  it.each([least, least + 1, ...ends])('takes %d', (value) => {
    expect(kept(path, value)).toBe(value);
  });

  it.each([least - 1, least + 0.5, greatest + 1, greatest + 0.5, -(2 ** 31), 1e-300, NaN])(
    'refuses %d',
    (value) => {
      expect(refusedProperties(() => configure(stating(path, value), {}))).toEqual([path]);
    },
  );

  it('takes whole numbers of its range, and nothing else', async () => {
    const near = fc
      .constantFrom(least, greatest, LONGEST, 0)
      .chain((end) => fc.integer({ min: -2, max: 2 }).map((offset) => end + offset));
    const property = fc.property(fc.oneof(near, fc.integer(), fc.double()), (value) => {
      if (Number.isInteger(value) && value >= least && value <= greatest) {
        expect(kept(path, value)).toBe(value);
      } else {
        expect(refusedProperties(() => configure(stating(path, value), {}))).toEqual([path]);
      }
    });
    await seededRun(`${path} has its range`, property, 150);
  });
});
