import { parsedUrl } from './parsed-url.js';
import { isPlainText } from './plain-text.js';
import { Secret } from './secret.js';

function isProxyUrl(text: string): boolean {
  const url = isPlainText(text) ? parsedUrl(text) : undefined;
  if (url === undefined) return false;
  const { protocol, pathname, search, hash, username, password } = url;
  if (!isDecodable(username) || !isDecodable(password)) return false;
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

/** Returns whether `value` is no proxy, or the sealed http or https URL of one. */
export function isProxySetting(value: unknown): boolean {
  return value === undefined || (value instanceof Secret && isProxyUrl(value.reveal()));
}
