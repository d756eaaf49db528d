import { callHeaders } from './call-headers.js';
import type { FormDataPackage } from './one-shot-body.js';
import { refusedCall } from './refused-call.js';

const LENGTH = 'content-length';

/**
 * Returns the headers that `form` states of itself, which may have a length where those of a call may not.
 *
 * @throws {CryptofuseConfigException} where it states none, or such as a call may not have
 */
export function formHeaders(form: FormDataPackage): Readonly<Record<string, string>> {
  try {
    const stated = Object.entries<unknown>(form.getHeaders());
    const headers = callHeaders(Object.fromEntries(stated.filter(([name]) => !isLength(name))));
    const length = stated.find(([name]) => isLength(name))?.[1];
    return length === undefined ? headers : { ...headers, [LENGTH]: checkedLength(length) };
  } catch {
    // Without the error's text: it may quote what the application keeps to itself.
    const message = 'is a form that cannot tell its headers, or has such as cannot be sent';
    throw refusedCall({ property: 'body', message });
  }
}

function isLength(name: string): boolean {
  return name.toLowerCase() === LENGTH;
}

function checkedLength(length: unknown): string {
  const text = typeof length === 'number' ? length.toString() : length;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return text;
  throw new RangeError('It is no length.');
}
