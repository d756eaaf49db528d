import { parsedUrl } from './parsed-url.js';
import { isPlainText } from './plain-text.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** What a path prefix must not hold: a server may read these as other segments than we do. */
const AMBIGUOUS = /\\|%2f|%5c|%2e|%25|\/\//i;

function isPlainBase(text: string, url: URL): boolean {
  const nothingElse =
    url.username === '' && url.password === '' && !text.includes('?') && !text.includes('#');
  const authority = text.indexOf('//') + 2;
  return nothingElse && !text.includes('@') && !AMBIGUOUS.test(text.slice(authority));
}

/** Returns whether `value` is an https URL, or http on loopback, without userinfo, query and fragment. */
export function isBaseUrl(value: unknown): boolean {
  if (!isPlainText(value) || !/^https?:\/\/[^/\s]+[^\s]*$/i.test(value)) return false;
  const url = parsedUrl(value);
  if (url === undefined) return false;
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return false;
  return isPlainBase(value, url);
}

/** Returns `baseUrl` as the rest of the package expects it: parsed, without a slash at the end. */
export function normalizeBaseUrl(baseUrl: string): string {
  return new URL(baseUrl).href.replace(/\/+$/, '');
}
