const REDACTED = '[secret]';
/** Beyond these, the least recently used are forgotten: they have expired. */
const REMEMBERED = 16;
/** Shorter strings are also part of innocent text. */
const SHORTEST = 4;
/** Of a longer secret this much is looked for: more than is shown of any text. */
const LONGEST = 8_192;
/** Fewer characters may be in the base64 of anything. */
const SHORTEST_WITHIN = 12;
/** JSON may write one character as `\u002b`. */
const LONGEST_ESCAPE = 6;
/** The escapes of percent- and form-encoding, and those of JSON; each stands for one byte or UTF-16 unit. */
const ESCAPES = [/%[\da-f]{2}/gi, /\\(?:u[\da-f]{4}|["\\/])/gi];

/** A text with some escapes undone, and where each of its characters starts in the original. */
interface Reading {
  readonly text: string;
  readonly startOf: (at: number) => number;
}

/** A part of a text, from `start` to before `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes the secrets of one client out of what the server says: as they are, percent- and form-encoded, as JSON
 * escapes them, in hex, in base64 and base64url, in whatever case, and within the base64 of something longer.
 */
export class SecretRedactor {
  /** The least recently used comes first. */
  readonly #secrets = new Set<string>();
  /** The secrets in every form; made when needed. */
  #forms: readonly string[] | undefined;

  /** Remembers `secret`: a token, a client secret, or a Basic value. */
  remember(secret: string): void {
    if (secret.length < SHORTEST) return;
    if (!this.#secrets.delete(secret)) this.#forms = undefined;
    this.#secrets.add(secret);
    if (this.#secrets.size <= REMEMBERED) return;
    const [oldest] = this.#secrets;
    if (oldest !== undefined) this.#secrets.delete(oldest);
  }

  /** Returns a redactor that knows `others` as well, for one text or a few. */
  including(others: readonly string[]): SecretRedactor {
    const all = new SecretRedactor();
    for (const secret of [...this.#secrets, ...others]) {
      if (secret.length >= SHORTEST) all.#secrets.add(secret);
    }
    return all;
  }

  /**
   * Returns `text` with every remembered secret replaced by `[secret]`, in time linear in the text.
   *
   * @param within how much of `text` is wanted: what starts after so many characters is left out
   */
  redact(text: string, within = text.length): string {
    this.#forms ??= [...this.#secrets].flatMap((secret) => formsOf(secret.slice(0, LONGEST)));
    const longest = this.#forms.reduce((length, form) => Math.max(length, form.length), 0);
    const seen = text.slice(0, within + longest * LONGEST_ESCAPE);
    let redacted = '';
    let kept = 0;
    for (const { start, end } of spansOf(this.#forms, seen)) {
      if (start >= within) break;
      redacted += `${seen.slice(kept, start)}${REDACTED}`;
      kept = end;
    }
    return redacted + seen.slice(kept, within);
  }
}

/** Percent-encoding and base64 write bytes, mostly those of UTF-8. */
function formsOf(secret: string): readonly string[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const latin1 = Buffer.from(secret, 'latin1');
  const isOtherInLatin1 = !utf8.equals(latin1) && latin1.toString('latin1') === secret;
  const encodings = isOtherInLatin1 ? [utf8, latin1] : [utf8];
  const forms = encodings.flatMap((bytes) => [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...base64FormsOf(bytes),
  ]);
  return [...new Set([secret, ...forms].map(fold))];
}

/** By themselves, with and without padding, and after other bytes, as a secret is in a Basic value. */
function base64FormsOf(bytes: Buffer): readonly string[] {
  const alone = bytes.toString('base64');
  const within = [0, 1, 2].map((shift) => base64After(shift, bytes));
  const forms = [alone, alone.replace(/=+$/, ''), ...within.filter(isLongEnough)];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Returns the base64 of `bytes` after `shift` others, without the characters that both have a part in. */
function base64After(shift: number, bytes: Buffer): string {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const isLastShared = shifted.length % 3 !== 0;
  const text = shifted.toString('base64').replace(/=+$/, '');
  return text.slice(shift === 0 ? 0 : shift + 1, isLastShared ? -1 : undefined);
}

function isLongEnough(base64: string): boolean {
  return base64.length >= SHORTEST_WITHIN;
}

/** Letters of ASCII in either case are the same here, and so are a space and the `+` that a form has for it. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replaceAll('+', ' ');
}

/** Returns the places of `forms` in `text`, in order and without overlaps. */
function spansOf(forms: readonly string[], text: string): readonly Span[] {
  const spans = readingsOf(text).flatMap((reading) =>
    forms.flatMap((form) => spansOfForm(form, reading)),
  );
  return withoutOverlaps(spans);
}

/** Knuth, Morris and Pratt's search: linear for a secret that repeats itself, too. */
function spansOfForm(form: string, { text, startOf }: Reading): readonly Span[] {
  const first = text.indexOf(form.slice(0, SHORTEST));
  if (first === -1 || text.length - first < form.length) return [];
  const spans: Span[] = [];
  const borders = bordersOf(form);
  let met = 0;
  for (let at = first; at < text.length; at += 1) {
    met = metWith(text[at], met, form, borders);
    if (met !== form.length) continue;
    spans.push({ start: startOf(at + 1 - met), end: startOf(at + 1) });
    met = borders[met - 1] ?? 0;
  }
  return spans;
}

/** Returns for each beginning of `form` the length of the longest shorter one that it ends with. */
function bordersOf(form: string): Uint32Array {
  const borders = new Uint32Array(form.length);
  for (let at = 1; at < form.length; at += 1) {
    borders[at] = metWith(form[at], borders[at - 1] ?? 0, form, borders);
  }
  return borders;
}

/** Returns how many characters of `form` match up to `next`, if `met` of them matched before it. */
function metWith(
  next: string | undefined,
  met: number,
  form: string,
  borders: Uint32Array,
): number {
  let length = met;
  while (length > 0 && form[length] !== next) length = borders[length - 1] ?? 0;
  return form[length] === next ? length + 1 : 0;
}

/** Returns `text` as it is, and with each kind of escape that it has undone. */
function readingsOf(text: string): readonly Reading[] {
  const asItIs: Reading = { text: fold(text), startOf: (at) => at };
  const escaped = ESCAPES.filter((escapes) => text.search(escapes) !== -1);
  return [asItIs, ...escaped.map((escapes) => unescaped(text, escapes))];
}

function unescaped(text: string, escapes: RegExp): Reading {
  const starts: number[] = [];
  const parts: string[] = [];
  let copied = 0;
  const copyUntil = (end: number): void => {
    parts.push(text.slice(copied, end));
    for (; copied < end; copied += 1) starts.push(copied);
  };
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    copyUntil(index);
    parts.push(meaningOf(escape));
    starts.push(index);
    copied = index + escape.length;
  }
  copyUntil(text.length);
  return { text: fold(parts.join('')), startOf: (at) => starts[at] ?? text.length };
}

function meaningOf(escape: string): string {
  const [digits = ''] = /[\da-f]*$/i.exec(escape) ?? [];
  return digits === '' ? escape.slice(1) : String.fromCharCode(parseInt(digits, 16));
}

function withoutOverlaps(spans: readonly Span[]): readonly Span[] {
  const inOrder = spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of inOrder) {
    const last = merged.at(-1);
    if (last === undefined || start >= last.end) merged.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return merged;
}
