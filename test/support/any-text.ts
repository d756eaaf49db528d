import fc from 'fast-check';

/** Text of whole characters from all of Unicode, control characters included, half of it ASCII. */
export function anyText(minLength = 0, maxLength = 20): fc.Arbitrary<string> {
  const point = fc.oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0x100, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  );
  const character = point.map((code) => String.fromCodePoint(code));
  return fc.array(character, { minLength, maxLength }).map((list) => list.join(''));
}
