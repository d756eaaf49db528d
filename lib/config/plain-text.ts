/** C0, DEL and C1: nothing that a header, a log line or a form may hold. */
const CONTROL = /\p{Cc}/u;
/** Half of a character: UTF-8 has no bytes for it. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Returns what is wrong with `value` as one line of text; `undefined` if nothing is. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'is empty';
  if (CONTROL.test(value)) return 'holds control characters, such as a newline at its end: trim it';
  if (LONE_SURROGATE.test(value)) return 'holds a lone surrogate, half of a character';
  return undefined;
}

/** Returns whether `value` is one line of text, and not empty. */
export function isPlainText(value: unknown): value is string {
  return textProblem(value) === undefined;
}
