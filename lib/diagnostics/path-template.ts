const VERSION = /^v\d{1,3}$/i;
const WORD = /^[a-z][a-z._~-]{0,39}$/i;
const IDENTIFIER = '{id}';

/** Returns the path of `url` with `{id}` for each segment that is no plain word, and without its query. */
export function pathTemplate(url: string): string {
  const path = new URL(url).pathname;
  return path
    .split('/')
    .map((segment) => (isPlain(segment) ? segment : IDENTIFIER))
    .join('/');
}

function isPlain(segment: string): boolean {
  return segment === '' || WORD.test(segment) || VERSION.test(segment);
}
