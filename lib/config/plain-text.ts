/** C0, DEL and C1: nothing that a header, a log line or a form may hold. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Returns whether `value` is a string without control characters, and not empty. */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !CONTROL.test(value);
}
