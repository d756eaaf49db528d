import { callHeaders } from './call-headers.js';
import type { FormDataPackage } from './one-shot-body.js';
import { refusedCall } from './refused-call.js';

const LENGTH = 'content-length';

/**
 * Returns the headers that `form` states of itself.
 *
 * @throws {CryptofuseConfigException} where it states none, or such as a call may not have
 */
export function formHeaders(form: FormDataPackage): Readonly<Record<string, string>> {
  try {
    const { [LENGTH]: length, ...others } = form.getHeaders();
    const headers = callHeaders(others);
    return length === undefined ? headers : { ...headers, [LENGTH]: checkedLength(length) };
  } catch {
    // Without the error's text: it may quote what the application keeps to itself.
    const message = 'is a form that cannot tell its headers, or has such as cannot be sent';
    throw refusedCall({ property: 'body', message });
  }
}

function checkedLength(length: string): string {
  if (/^\d{1,15}$/.test(length)) return length;
  throw new RangeError('It is no length.');
}
