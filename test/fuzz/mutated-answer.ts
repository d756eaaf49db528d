import fc from 'fast-check';
import { anyAnswer } from './answer-bytes.js';
import type { RawAnswer } from './raw-server.js';

/** A change to bytes, at a position given as a share of their length. */
interface Mutation {
  readonly kind: 'flip' | 'cut' | 'drop' | 'double' | 'insert' | 'length';
  readonly at: number;
  readonly size: number;
}

const INSERTED = [
  '\r\n',
  '\n',
  '\0',
  '\r\n\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  ' ',
  '\xff',
];

/** Draws the bytes of a response with flipped, cut or doubled bytes, or with other lengths. */
export function mutatedAnswer(sink: string): fc.Arbitrary<RawAnswer> {
  const mutation = fc.record<Mutation>({
    kind: fc.constantFrom('flip', 'flip', 'cut', 'drop', 'double', 'insert', 'length'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    size: fc.integer({ min: 1, max: 40 }),
  });
  return fc
    .tuple(anyAnswer(sink), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([{ bytes, then }, mutations]) => ({ bytes: mutations.reduce(mutated, bytes), then }));
}

function mutated(bytes: Buffer, { kind, at, size }: Mutation): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.from([(after[0] ?? 0) ^ (1 << (size % 8))]),
        after.subarray(1),
      ]);
    case 'cut':
      return before;
    case 'drop':
      return Buffer.concat([before, after.subarray(size)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, size), after]);
    case 'insert':
      return Buffer.concat([
        before,
        Buffer.from(INSERTED[size % INSERTED.length] ?? '', 'latin1'),
        after,
      ]);
    case 'length': {
      const other = bytes
        .toString('latin1')
        .replace(/Content-Length: \d+/, `Content-Length: ${size * size - 1}`);
      return Buffer.from(other, 'latin1');
    }
  }
}
