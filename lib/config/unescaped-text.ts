/** A text, or what it stands for, in bytes (one Latin-1 character each), and where each comes from. */
export interface UnescapedText {
  readonly bytes: string;
  /** For each byte, where what it is written as starts in the text. */
  readonly starts: readonly number[];
  /** For each byte, where what it is written as ends in the text. */
  readonly ends: readonly number[];
}

/** An escape may be escaped in turn; deeper than this nobody does it. */
const DEEPEST = 4;

/** Percent-encoding, a form's space, and the escapes of JSON, JavaScript, Python and HTML. */
const ESCAPES =
  /%[\da-f]{2}|\+|\\u(?:d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|[\da-f]{4})|\\x[\da-f]{2}|\\["'\\/]|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gi;

const NAMES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const LAST_CODE_POINT = 0x10ffff;

/** Returns `text` as it is, then with its escapes undone, then with those undone that this uncovers, and so on. */
export function unescapings(text: string): readonly UnescapedText[] {
  return levelsOf(asItIs(text));
}

/** Returns the same of `bytes` (one Latin-1 character each), each level once. */
export function unescapedBytes(bytes: string): readonly string[] {
  const builder = new Builder();
  builder.add(bytes, 0, bytes.length);
  return levelsOf(builder).map((level) => level.bytes);
}

function levelsOf(text: UnescapedText): readonly UnescapedText[] {
  const levels = [text];
  for (let depth = 0, last: UnescapedText | undefined = text; depth < DEEPEST; depth += 1) {
    last = unescaped(last);
    if (last === undefined) break;
    levels.push(last);
  }
  return levels;
}

function asItIs(text: string): UnescapedText {
  const builder = new Builder();
  let start = 0;
  for (const character of text) {
    builder.add(utf8(character), start, start + character.length);
    start += character.length;
  }
  return builder;
}

/** Returns `undefined` where there is no escape. */
function unescaped(text: UnescapedText): UnescapedText | undefined {
  const builder = new Builder();
  let copied = 0;
  for (const { 0: escape, index } of text.bytes.matchAll(ESCAPES)) {
    builder.copy(text, copied, index);
    copied = index + escape.length;
    builder.add(meaningOf(escape), text.starts[index] ?? 0, text.ends[copied - 1] ?? 0);
  }
  if (copied === 0) return undefined;
  builder.copy(text, copied, text.bytes.length);
  return builder;
}

/** The bytes of a text, as they are put together. */
class Builder implements UnescapedText {
  bytes = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(bytes: string, start: number, end: number): void {
    this.bytes += bytes;
    for (let count = bytes.length; count > 0; count -= 1) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  copy(text: UnescapedText, from: number, to: number): void {
    this.bytes += text.bytes.slice(from, to);
    for (let index = from; index < to; index += 1) {
      this.starts.push(text.starts[index] ?? 0);
      this.ends.push(text.ends[index] ?? 0);
    }
  }
}

function meaningOf(escape: string): string {
  switch (escape[0]) {
    case '%':
      return String.fromCharCode(parseInt(escape.slice(1), 16));
    case '+':
      return ' ';
    case '&':
      return meaningOfEntity(escape.slice(1, -1).toLowerCase());
    default:
      return meaningOfBackslash(escape);
  }
}

function meaningOfBackslash(escape: string): string {
  const kind = escape[1]?.toLowerCase();
  if (kind === 'x') return String.fromCharCode(parseInt(escape.slice(2), 16));
  if (kind !== 'u') return escape.slice(1);
  const units = escape.slice(2).split(/\\u/i);
  return utf8(String.fromCharCode(...units.map((unit) => parseInt(unit, 16))));
}

function meaningOfEntity(entity: string): string {
  if (!entity.startsWith('#')) return NAMES.get(entity) ?? '';
  const isHex = entity.startsWith('#x');
  const point = parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return utf8(String.fromCodePoint(Math.min(point, LAST_CODE_POINT)));
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
