import { unescapedBytes, unescapings, type UnescapedText } from './unescaped-text.js';
import { writtenForms, type WrittenForm } from './written-forms.js';

/** A part of a text, from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A piece of a secret from this length on is found, shorter secrets as a whole. */
const SHORTEST_PIECE = 12;
/** Any piece of that length holds one of the marks that are looked for: of each form every ninth. */
const MARK = 4;
const STEP = SHORTEST_PIECE - MARK + 1;

interface Mark {
  readonly form: WrittenForm;
  readonly offset: number;
}

/** Finds secrets, and pieces of them, in texts, however they are written. Takes time linear in the text. */
export class SecretFinder {
  readonly #marks = new Map<string, Mark[]>();

  constructor(secrets: readonly string[]) {
    const forms = secrets.flatMap(writtenForms).flatMap(withUnescaped);
    for (const form of forms) this.#index(form);
  }

  /** Returns where a secret or a piece of one is, in order and without overlaps. */
  spansIn(text: string): readonly Span[] {
    const spans = unescapings(text).flatMap((unescaped) => this.#spansIn(unescaped));
    return withoutOverlaps(spans);
  }

  #index(form: WrittenForm): void {
    for (let offset = 0; offset + MARK <= form.bytes.length; offset += STEP) {
      const key = form.bytes.slice(offset, offset + MARK);
      const marks = this.#marks.get(key);
      if (marks === undefined) this.#marks.set(key, [{ form, offset }]);
      // Once a form is enough: a secret that repeats itself must not take more time.
      else if (marks.every((mark) => mark.form !== form)) marks.push({ form, offset });
    }
  }

  #spansIn(text: UnescapedText): Span[] {
    const spans: Span[] = [];
    for (let at = 0; at + MARK <= text.bytes.length; at += 1) {
      for (const mark of this.#marks.get(text.bytes.slice(at, at + MARK)) ?? []) {
        const span = spanAround(text, at, mark);
        if (span !== undefined) spans.push(span);
      }
    }
    return spans;
  }
}

/** A secret may look like an escape itself, and is then read as one in a text. */
function withUnescaped({ bytes, isBase64 }: WrittenForm): readonly WrittenForm[] {
  return unescapedBytes(bytes).map((level) => ({ bytes: level, isBase64 }));
}

function spanAround(text: UnescapedText, at: number, { form, offset }: Mark): Span | undefined {
  let before = 0;
  while (before < offset && text.bytes[at - before - 1] === form.bytes[offset - before - 1]) {
    before += 1;
  }
  let after = MARK;
  while (
    offset + after < form.bytes.length &&
    text.bytes[at + after] === form.bytes[offset + after]
  ) {
    after += 1;
  }
  if (before + after < Math.min(SHORTEST_PIECE, form.bytes.length)) return undefined;
  const end = at + after + (form.isBase64 ? paddingAt(text.bytes, at + after) : 0);
  return { start: text.starts[at - before] ?? 0, end: text.ends[end - 1] ?? 0 };
}

function paddingAt(bytes: string, at: number): number {
  if (bytes[at] !== '=') return 0;
  return bytes[at + 1] === '=' ? 2 : 1;
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
