/** RFC 6749 §3.3: printable ASCII without space, quote and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Returns whether `value` is a scope token. */
export function isScopeToken(value: unknown): boolean {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/** Returns whether `value` is a list of one or more scope tokens (RFC 6749 §3.3). */
export function isScopeList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isScopeToken);
}
