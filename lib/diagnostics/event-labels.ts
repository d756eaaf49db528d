import { createHmac, randomBytes } from 'node:crypto';

const VERSION = /^v\d{1,3}$/i;
const WORD = /^[a-z][a-z._~-]{0,39}$/i;
/** A path of plain words only. Most paths are, and need no splitting. */
const PLAIN = /^(?:\/(?:[a-z][a-z._~-]{0,39})?)*$/i;
const IDENTIFIER = '{id}';

/**
 * Returns the path of `url` with `{id}` for each segment that is not a plain word, and without its query.
 *
 * @param url an absolute URL, as serialised by `URL`
 */
export function pathTemplate(url: string): string {
  return templateOf(pathOf(url));
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const end = url.indexOf('?');
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

function templateOf(path: string): string {
  if (PLAIN.test(path)) return path;
  return path
    .split('/')
    .map((segment) => (isPlain(segment) ? segment : IDENTIFIER))
    .join('/');
}

function isPlain(segment: string): boolean {
  return segment === '' || WORD.test(segment) || VERSION.test(segment);
}

/** Random for each process, so that a fingerprint is meaningless outside it. */
const KEY = randomBytes(32);
const LENGTH = 12;

/** Returns 12 hex digits of an HMAC of `token`, to tell tokens apart in a log. */
export function tokenFingerprint(token: string): string {
  return createHmac('sha256', KEY).update(token).digest('hex').slice(0, LENGTH);
}
