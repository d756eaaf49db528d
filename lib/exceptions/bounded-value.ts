const LONGEST_TEXT = 1_000;
const MOST_MEMBERS = 50;
const DEEPEST = 6;
// eslint-disable-next-line no-control-regex -- control characters are what this replaces
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** The first half of a surrogate pair, where the cut took the second. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/** Returns `text` cut to `longest` characters, without what could forge a line of a log. */
export function boundedText(text: string, longest = LONGEST_TEXT): string {
  const plain = text
    .slice(0, 4 * longest)
    .replace(CONTROL, ' ')
    .trim();
  if (plain.length <= longest) return plain;
  return `${plain.slice(0, longest - 1).replace(HALF_CHARACTER, '')}…`;
}

/**
 * Returns a copy of `value`, parsed JSON, that is bounded in depth, members and length.
 *
 * @param clean applied to every string and every member's name
 */
export function boundedValue(
  value: unknown,
  clean: (text: string) => string,
  depth = DEEPEST,
): unknown {
  if (typeof value === 'string') return boundedText(clean(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) {
    return value.slice(0, MOST_MEMBERS).map((member) => boundedValue(member, clean, depth - 1));
  }
  const members = Object.entries(value).slice(0, MOST_MEMBERS);
  // fromEntries defines each member, so that `__proto__` stays a name like any other.
  return Object.fromEntries(
    members.map(([name, member]) => [
      boundedText(clean(name), 100),
      boundedValue(member, clean, depth - 1),
    ]),
  );
}
