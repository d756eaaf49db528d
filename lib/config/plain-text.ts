/** C0, DEL and C1: nothing that a header, a log line or a form may hold. */
const CONTROL = /\p{Cc}/u;
/** What is wrong with text that is not well-formed: UTF-8 has no bytes for it, and would write U+FFFD in its stead. */
export const HALF_CHARACTER = 'holds a lone surrogate, half of a character';

/** Returns what is wrong with `value` as one line of text; `undefined` if nothing is. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'is empty';
  if (CONTROL.test(value)) return 'holds control characters, such as a newline at its end: trim it';
  if (!value.isWellFormed()) return HALF_CHARACTER;
  return undefined;
}

/** Returns whether `value` is one line of text, and not empty. */
export function isPlainText(value: unknown): value is string {
  return textProblem(value) === undefined;
}
