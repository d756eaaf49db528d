import { isPlainText } from './plain-text.js';
import { Secret } from './secret.js';

function isProxyUrl(text: string): boolean {
  if (!isPlainText(text) || !URL.canParse(text)) return false;
  const { protocol, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '';
}

/** Returns whether `value` is no proxy, or the sealed http or https URL of one. */
export function isProxySetting(value: unknown): boolean {
  return value === undefined || (value instanceof Secret && isProxyUrl(value.reveal()));
}
