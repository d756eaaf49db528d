import { textProblem } from './plain-text.js';
import { Secret } from './secret.js';

const FORMS = 'must be text, [current, previous], or a function giving either';

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

/** Returns whether `value` holds one or two secrets, usable or not. */
export function isSecretList(value: unknown): value is readonly Secret[] {
  if (!Array.isArray(value) || ![1, 2].includes(value.length)) return false;
  return value.every((one) => one instanceof Secret);
}

/** Returns what is wrong with `secrets`, without any of them; `undefined` if nothing is. */
export function secretProblem(secrets: readonly Secret[]): string | undefined {
  return secrets.map((secret) => textProblem(secret.reveal())).find((problem) => problem);
}

/** Returns what is wrong with `value` as what gives the client's secrets; `undefined` if nothing is. */
export function clientSecretProblem(value: unknown): string | undefined {
  if (typeof value === 'function') return undefined;
  return isSecretList(value) ? secretProblem(value) : FORMS;
}
