import { PREFIX } from './fuzz-server.js';
import { TOKEN } from './leaks.js';
import type { RawRequest } from './raw-server.js';

/** A header line that no parser could read as two. */
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*$/;
const LINE = /^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.1$/;
/** Headers that a head may contain only once. */
const ONCE = ['authorization', 'host', 'content-length', 'transfer-encoding', 'connection'];

/**
 * Returns whether `request` is one that the package intended: below `baseUrl`, with the bearer and no other
 * credential, requests of the OAuth endpoints apart, with one framing, and not the rest of another one.
 */
export function isMeant({ head, target }: RawRequest): boolean {
  const [line = '', ...fields] = head.split('\r\n');
  const named = (name: string): string[] =>
    fields.filter((field) => field.toLowerCase().startsWith(`${name}:`));
  const isBelow = `${target.split('?', 1).join('')}/`.startsWith(`${PREFIX}/`);
  const [credential = ''] = named('authorization').map((field) => field.replace(/^[^ ]+ /, ''));
  const isOAuth = [`${PREFIX}/o/token/`, `${PREFIX}/o/revoke_token/`].includes(target);
  return (
    LINE.test(line) &&
    isBelow &&
    fields.every((field) => FIELD.test(field)) &&
    ONCE.every((name) => named(name).length <= 1) &&
    named('content-length').length + named('transfer-encoding').length <= 1 &&
    named('cookie').length + named('proxy-authorization').length === 0 &&
    (isOAuth ? credential.startsWith('Basic ') : credential === `Bearer ${TOKEN}`)
  );
}
