const LONGEST_TEXT = 1_000;
const LONGEST_NAME = 100;
const MOST_MEMBERS = 50;
const DEEPEST = 6;
/** Total characters of all strings and names in a value. */
const MOST_TEXT = 16 * 1_024;
/** Total members of a value, at any depth. */
const MOST_NODES = 1_000;
const MARKER = '…';
const REDACTED = '[secret]';
// eslint-disable-next-line no-control-regex -- control characters are what this replaces
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** The first half of a surrogate pair whose second half was cut off. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/** Returns `text` cut to `longest` characters, without control characters, which could forge a log line. */
export function boundedText(text: string, longest = LONGEST_TEXT): string {
  const plain = text
    .slice(0, 4 * longest)
    .replace(HALF_CHARACTER, '')
    .replace(CONTROL, ' ')
    .trim();
  if (plain.length <= longest) return plain;
  return `${plain.slice(0, longest - 1).replace(HALF_CHARACTER, '')}…`;
}

/** Removes secrets from a text, and may leave out anything that starts after `within` characters. */
export type Redact = (text: string, within: number) => string;

/** Returns `text` redacted and bounded. */
export function cleanText(text: string, redact: Redact, longest = LONGEST_TEXT): string {
  return boundedText(redact(text, 4 * longest), longest);
}

/**
 * Returns a copy of `value`, which is parsed JSON, bounded in depth, members and length, individually and in total.
 * Anything too deep, or beyond the total, is replaced with `…`.
 *
 * @param redact applied to every string and member name
 */
export function boundedValue(value: unknown, redact: Redact): unknown {
  return new BoundedCopy(redact).of(value, DEEPEST);
}

/** Copies a value in time proportional to what it keeps, not to the size of the value. */
class BoundedCopy {
  #textLeft = MOST_TEXT;
  #nodesLeft = MOST_NODES;

  constructor(private readonly redact: Redact) {}

  of(value: unknown, depth: number): unknown {
    this.#nodesLeft -= 1;
    if (typeof value === 'string') return this.#text(value, LONGEST_TEXT);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) return MARKER;
    return Array.isArray(value) ? this.#list(value, depth) : this.#record(value, depth);
  }

  get #isSpent(): boolean {
    return this.#textLeft <= 0 || this.#nodesLeft <= 0;
  }

  #text(text: string, longest: number): string {
    const bounded = cleanText(text, this.redact, Math.min(longest, Math.max(1, this.#textLeft)));
    this.#textLeft -= bounded.length;
    return bounded;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    for (const member of list.slice(0, MOST_MEMBERS)) {
      if (this.#isSpent) {
        copy.push(MARKER);
        break;
      }
      copy.push(this.of(member, depth - 1));
    }
    return copy;
  }

  #record(record: object, depth: number): Record<string, unknown> {
    const copy: [string, unknown][] = [];
    for (const name of firstNames(record, MOST_MEMBERS)) {
      if (this.#isSpent) {
        copy.push([MARKER, MARKER]);
        break;
      }
      const value: unknown = Reflect.get(record, name);
      const kept = isCredential(name) && typeof value === 'string' ? REDACTED : value;
      copy.push([this.#text(name, LONGEST_NAME), this.of(kept, depth - 1)]);
    }
    // fromEntries defines each member, so `__proto__` is a name like any other.
    return Object.fromEntries(copy);
  }
}

/** Returns the first `most` own names. `Object.keys` would list all of them, even a million. */
export function firstNames(record: object, most: number): readonly string[] {
  const names: string[] = [];
  for (const name in record) {
    if (!Object.hasOwn(record, name)) continue;
    if (names.length === most) break;
    names.push(name);
  }
  return names;
}

/** Credential names from OAuth (RFC 6749, RFC 7521) and HTTP, in lower case and without `_` and `-`. */
const CREDENTIALS = new Set([
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'clientsecret',
  'clientassertion',
  'authorization',
  'proxyauthorization',
]);

/** Returns whether a member called `name` holds a credential, such as a new token. */
export function isCredential(name: string): boolean {
  if (name.length > 40) return false;
  const spelt = name
    .toLowerCase()
    .replace(/^http_/, '')
    .replace(/[_-]/g, '');
  return CREDENTIALS.has(spelt);
}
