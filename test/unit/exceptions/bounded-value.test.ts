import { describe, expect, it } from '@jest/globals';
import { boundedText, boundedValue } from '../../../lib/exceptions/bounded-value.js';

const asItIs = (text: string): string => text;

describe('boundedText', () => {
  it.each([
    ['', ''],
    ['  a  ', 'a'],
    ['a\r\n\r\nb\tc', 'a b c'],
    ['\u0000\u001b[31mred\u007f\u0085\u2028\u2029', '[31mred'],
    ['é€😀', 'é€😀'],
  ])('%j becomes %j', (text, bounded) => {
    expect(boundedText(text)).toBe(bounded);
  });

  it('cuts at its length, and marks the cut', () => {
    expect(boundedText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(boundedText('x'.repeat(11), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  it('cuts no character in two', () => {
    for (const longest of [9, 10, 11]) {
      const cut = boundedText('😀'.repeat(20), longest);
      expect(cut.length).toBeLessThanOrEqual(longest);
      expect(encodeURIComponent(cut)).toMatch(/%E2%80%A6$/);
    }
  });
});

describe('boundedValue', () => {
  it('ends a value that is too deep', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
    const text = JSON.stringify(boundedValue(deep, asItIs));
    expect(text).toContain('…');
    expect(text).not.toContain('bottom');
    expect(text.length).toBeLessThan(100);
  });

  it('keeps the first fifty members', () => {
    const list = Array.from({ length: 60 }, (_, index) => index);
    const object = Object.fromEntries(list.map((index) => [`member${index}`, index]));
    expect(boundedValue(list, asItIs)).toEqual(list.slice(0, 50));
    expect(Object.keys(boundedValue(object, asItIs) as object)).toHaveLength(50);
  });

  it.each([null, true, 5, 1e300, 'text', [], {}, { a: [null, { b: 'c' }] }])(
    'keeps %j',
    (value) => {
      expect(boundedValue(value, asItIs)).toEqual(value);
    },
  );
});
