import { beforeAll, describe, expect, it } from '@jest/globals';
import { observeEndpoints } from './raw-answers-endpoints.js';
import { TOKEN_BODIES, TOKEN_MEMBERS, TOKEN_STATUSES, tokenEndingOf } from './raw-answers-token.js';
import type { SeenEndpoints } from './token-answers-process.js';

const FINE = { value: '{"fine":true}' };
/** Milliseconds. */
const LONGEST = 5_000;
const MEGABYTE = 2 ** 20;
const MOST_GROWTH = 64 * MEGABYTE;

describe.each([
  ['members', TOKEN_MEMBERS],
  ['a body', TOKEN_BODIES],
  ['a status or an error', TOKEN_STATUSES],
])('a token response with %s', (topic, rows) => {
  let seen: SeenEndpoints;
  beforeAll(async () => {
    seen = await observeEndpoints(rows);
    const slowest = Math.max(...Object.values(seen.endpoints).map(({ took }) => took));
    const figures = `${rows.length} rows, slowest ${Math.round(slowest)} ms`;
    process.stdout.write(`${topic}: ${figures}, ${(seen.peak / MEGABYTE).toFixed(1)} MB at most\n`);
  }, 120_000);

  it.each(rows)('$name', (row) => {
    const endpoint = seen.endpoints[row.name];
    const ending = tokenEndingOf(row);
    const callEnding = row.callEnding ?? ending;
    expect(endpoint?.token).toMatchObject(ending);
    expect(endpoint?.call).toMatchObject('value' in ending ? FINE : callEnding);
    expect(endpoint?.afterwards).toBe(FINE.value);
    expect(endpoint?.took).toBeLessThan(LONGEST);
  });

  it('leaves the process unchanged', () => {
    expect(seen.troubles).toEqual([]);
    expect(seen.peak).toBeLessThan(MOST_GROWTH);
    expect(Object.keys(seen.endpoints)).toHaveLength(rows.length);
  });
});
