const REDACTED = '[secret]';
/** How many secrets are remembered; the least recently used are dropped first, as they have expired. */
const REMEMBERED = 16;
/** Shorter strings also occur in ordinary text. */
const SHORTEST = 4;
/** Only this many characters of a longer secret are searched for, which is more than any text shows. */
const LONGEST = 8_192;
/** Shorter fragments can occur in the base64 of anything. */
const SHORTEST_WITHIN = 12;
/** JSON can escape one character as `\u002b`. */
const LONGEST_ESCAPE = 6;
/** The escapes of percent- and form-encoding, and those of JSON; each encodes one byte or UTF-16 unit. */
const ESCAPES = [/%[\da-f]{2}/gi, /\\(?:u[\da-f]{4}|["\\/])/gi];

/** A text with some escapes decoded, and the position of each character in the original. */
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
 * Removes the secrets of one client from what the server sends: in plain text, percent- and form-encoded, JSON-escaped,
 * in hex, base64 and base64url, in any case, and inside the base64 of a longer value.
 */
export class SecretRedactor {
  /** In order of use, the least recently used first. */
  readonly #secrets = new Set<string>();
  /** The secrets in every form, computed when needed. */
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

  /** Returns a redactor that also removes `others`, for use on a few texts. */
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
   * @param within the number of characters of `text` to return; anything after them is left out
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

/** Returns every form of `secret`. Percent-encoding and base64 encode bytes, usually UTF-8. */
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

/** Returns the base64 of `bytes` alone, with and without padding, and after other bytes, as in a Basic value. */
function base64FormsOf(bytes: Buffer): readonly string[] {
  const alone = bytes.toString('base64');
  const within = [0, 1, 2].map((shift) => base64After(shift, bytes));
  const forms = [alone, alone.replace(/=+$/, ''), ...within.filter(isLongEnough)];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Returns the base64 of `bytes` after `shift` others, without the characters that encode bits of both. */
function base64After(shift: number, bytes: Buffer): string {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const isLastShared = shifted.length % 3 !== 0;
  const text = shifted.toString('base64').replace(/=+$/, '');
  return text.slice(shift === 0 ? 0 : shift + 1, isLastShared ? -1 : undefined);
}

function isLongEnough(base64: string): boolean {
  return base64.length >= SHORTEST_WITHIN;
}

/** Makes ASCII letters lower case and replaces `+`, which forms write for a space, with a space. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replaceAll('+', ' ');
}

/** Returns where `forms` occur in `text`, in order and without overlaps. */
function spansOf(forms: readonly string[], text: string): readonly Span[] {
  const spans = readingsOf(text).flatMap((reading) =>
    forms.flatMap((form) => spansOfForm(form, reading)),
  );
  return withoutOverlaps(spans);
}

/** Searches with Knuth–Morris–Pratt, which is linear even for a secret with repetitions. */
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

/** Returns, for each prefix of `form`, the length of its longest proper prefix that is also a suffix. */
function bordersOf(form: string): Uint32Array {
  const borders = new Uint32Array(form.length);
  for (let at = 1; at < form.length; at += 1) {
    borders[at] = metWith(form[at], borders[at - 1] ?? 0, form, borders);
  }
  return borders;
}

/** Returns how many characters of `form` match up to and including `next`, after `met` matched before it. */
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

/** Returns `text` unchanged, and once more for each kind of escape it contains, decoded. */
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
