import { parsedUrl } from './parsed-url.js';
import { isPlainText } from './plain-text.js';
import { Secret } from './secret.js';

function isProxyUrl(text: string): boolean {
  const url = isPlainText(text) ? parsedUrl(text) : undefined;
  if (url === undefined) return false;
  const { protocol, pathname, search, hash } = url;
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '';
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns whether user and password of a proxy's URL can be read: a `%` in them stands as `%25`. */
export function hasReadableCredentials(value: unknown): boolean {
  const url = value instanceof Secret ? parsedUrl(value.reveal()) : undefined;
  return url === undefined || (isDecodable(url.username) && isDecodable(url.password));
}

/** Returns whether `value` is no proxy, or the sealed http or https URL of one. */
export function isProxySetting(value: unknown): boolean {
  return value === undefined || (value instanceof Secret && isProxyUrl(value.reveal()));
}
