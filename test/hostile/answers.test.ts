import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Seen } from './answers-process.js';
import { BOMBS, CODINGS } from './raw-answers-codings.js';
import { CHUNKS, ENDLESS, LENGTHS, UNASKED } from './raw-answers-framing.js';
import { ABSURDITIES, CONTENT_TYPES, HEADERS, REDIRECTS } from './raw-answers-headers.js';
import { ERROR_BODIES, JSON_BODIES } from './raw-answers-json.js';
import { INTERIM_AND_BODILESS, STATUS_LINES } from './raw-answers-status.js';
import { endingsOf } from './raw-answers-row.js';
import { observe } from './raw-answers-table.js';

/** Milliseconds. */
const LONGEST = 5_000;
const MEGABYTE = 2 ** 20;
const MOST_GROWTH = 64 * MEGABYTE;

const TOPICS = Object.entries({
  'a status line': STATUS_LINES,
  'an interim answer, or one without a body': INTERIM_AND_BODILESS,
  'a length': LENGTHS,
  chunks: CHUNKS,
  'bytes that nobody asked for': UNASKED,
  'a body without end': ENDLESS,
  headers: HEADERS,
  'a content type': CONTENT_TYPES,
  'a redirect': REDIRECTS,
  'a header that is absurd': ABSURDITIES,
  'a content coding': CODINGS,
  'a bomb': BOMBS,
  'JSON, or none': JSON_BODIES,
  'an error': ERROR_BODIES,
});
const ROWS = TOPICS.flatMap(([topic, rows]) =>
  rows.map((row) => ({ ...row, name: `${topic}: ${row.name}` })),
);

/** One client receives them all, one after the other. */
describe('a response with', () => {
  let seen: Readonly<Record<string, Seen | undefined>>;
  beforeAll(async () => {
    seen = await observe(ROWS);
    const all = Object.values(seen);
    const slowest = Math.max(...all.map((row) => row?.took ?? Infinity));
    const largest = Math.max(...all.map((row) => row?.peak ?? Infinity));
    const figures = `${all.length} rows, slowest ${Math.round(slowest)} ms`;
    process.stdout.write(`answers: ${figures}, ${(largest / MEGABYTE).toFixed(1)} MB at most\n`);
  }, 280_000);

  it.each(ROWS)('$name', (expected) => {
    const row = seen[expected.name];
    expect(row?.endings).toMatchObject(endingsOf(expected));
    expect(row).toMatchObject({ afterwards: '{"fine":true}', troubles: [] });
    expect(row?.took).toBeLessThan(LONGEST);
    expect(row?.peak).toBeLessThan(MOST_GROWTH);
  });

  it('a unique name is in every row', () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  });
});
