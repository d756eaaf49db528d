import type { ClientSecretSource } from './client-secret-source.js';
import { isPlainText } from './plain-text.js';
import { Secret } from './secret.js';

function isSecret(value: unknown): boolean {
  return value instanceof Secret && isPlainText(value.reveal());
}

/**
 * Returns `stated` with its strings wrapped so that they do not print: one {@link Secret} for a
 * string, two for a pair, and anything else, a function included, as it is.
 */
export function sealClientSecret(stated: unknown): unknown {
  if (typeof stated === 'string') return Object.freeze([new Secret(stated)]);
  if (!Array.isArray(stated) || stated.length !== 2) return stated;
  const pair = Array.from<unknown>(stated);
  return Object.freeze(pair.map((one) => (typeof one === 'string' ? new Secret(one) : one)));
}

/** Returns whether `value` holds one or two usable secrets. */
export function isSecretList(value: unknown): value is readonly Secret[] {
  return Array.isArray(value) && [1, 2].includes(value.length) && value.every(isSecret);
}

/** Returns whether `value` can give the client's secrets. */
export function isClientSecretSource(value: unknown): value is ClientSecretSource {
  return typeof value === 'function' || isSecretList(value);
}
