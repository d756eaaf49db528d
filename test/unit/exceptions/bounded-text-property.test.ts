import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedText, boundedValue } from '../../../lib/exceptions/bounded-value.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';

/** Whether `text` has half a character: such text cannot be encoded. */
function hasHalfCharacter(text: string): boolean {
  try {
    encodeURIComponent(text);
    return false;
  } catch {
    return true;
  }
}

describe('bounded texts', () => {
  it('keep to their length in whole characters, and are bounded already', async () => {
    const piece = fc.oneof(anyText(0, 8), fc.constantFrom('\n\n\n\n', '😀', ' ', '\u2028'));
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const property = fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, longest) => {
      const cut = boundedText(whole, longest);
      expect(cut.length).toBeLessThanOrEqual(longest);
      expect(hasHalfCharacter(cut)).toBe(false);
      expect(boundedText(cut, longest)).toBe(cut);
    });
    await seededRun('a bounded text is whole and short', property, 500);
  });

  it('have no half of a character that stands where reading ends', () => {
    expect(boundedText(`a${'\n'.repeat(38)}😀`, 10)).toBe('a');
  });
});

describe('bounded values', () => {
  it('are copies, clean in names and texts, that bounding again does not change', async () => {
    const stringUnit = fc.constantFrom('Q', 'x', '\n', '😀', '\u2028', ' ');
    const property = fc.property(fc.jsonValue({ maxDepth: 5, stringUnit }), (value) => {
      const struck = (text: string): string => text.replaceAll('Q', '*');
      const before = JSON.stringify(value);
      const copy = boundedValue(value, struck);
      expect(JSON.stringify(copy)).not.toMatch(/Q|\\n|\u2028/);
      expect(boundedValue(copy, struck)).toEqual(copy);
      expect(JSON.stringify(value)).toBe(before);
    });
    await seededRun('a bounded value is bounded', property, 300);
  });
});
