const VERSION = /^v\d{1,3}$/i;
const WORD = /^[a-z][a-z._~-]{0,39}$/i;
const IDENTIFIER = '{id}';
/** Paths whose template is known: an application calls the same ones again and again. */
const MOST_KNOWN = 500;

const known = new Map<string, string>();

/**
 * Returns the path of `url` with `{id}` for each segment that is no plain word, and without its query.
 *
 * @param url absolute, as `URL` writes it
 */
export function pathTemplate(url: string): string {
  const path = pathOf(url);
  const template = known.get(path) ?? templateOf(path);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(path, template);
  return template;
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const end = url.indexOf('?');
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

function templateOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (isPlain(segment) ? segment : IDENTIFIER))
    .join('/');
}

function isPlain(segment: string): boolean {
  return segment === '' || WORD.test(segment) || VERSION.test(segment);
}
