import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GatheredBytes } from '../../../lib/transport/response-bytes.js';
import { seededRun } from '../../support/seeded-run.js';

function gathered(pieces: readonly Uint8Array[]): GatheredBytes {
  const bytes = new GatheredBytes();
  for (const piece of pieces) bytes.add(Buffer.from(piece));
  return bytes;
}

describe('GatheredBytes', () => {
  it('returns what came, in its order, whatever the pieces', async () => {
    const small = fc.uint8Array({ maxLength: 40 });
    const large = fc.uint8Array({ minLength: 4_000, maxLength: 17_000 });
    const pieces = fc.array(fc.oneof(small, large), { maxLength: 30 });
    const property = fc.property(pieces, (some) => {
      const bytes = gathered(some);
      const whole = Buffer.concat(some);
      expect(bytes.size).toBe(whole.length);
      // Not toEqual, which looks at each byte by itself.
      expect(bytes.take().equals(whole)).toBe(true);
    });
    await seededRun('gathered bytes', property, 200);
  });

  it('returns a single piece itself', () => {
    const piece = Buffer.from('piece');
    const bytes = new GatheredBytes();
    bytes.add(piece);
    expect(bytes.take()).toBe(piece);
  });

  it('returns nothing of nothing', () => {
    expect(new GatheredBytes().take()).toEqual(Buffer.alloc(0));
  });
});
