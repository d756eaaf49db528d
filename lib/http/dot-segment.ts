/**
 * Some servers take parameters (RFC 3986 §3.3), or a query that decoding uncovers, off a segment first, end it at a
 * NUL, or leave control characters out.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const DOTS = /^[\u0000-\u001f\u007f]*\.{1,2}(?:[;?#\u0000-\u001f\u007f]|$)/;

/** Returns whether a server may read `segment`, decoded, as `.` or `..` (RFC 3986 §3.3). */
export function isDotSegment(segment: string): boolean {
  return DOTS.test(segment);
}

/**
 * Returns whether the path of `url` has a dot segment, also where it is encoded up to twice. It has to be asked
 * before anything parses `url`: that takes out what a caller never meant to say.
 */
export function hasDotSegment(url: string): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  return decoded(decoded(path)).split(/[/\\]/).some(isDotSegment);
}

/** Decodes all of ASCII: an escape may be written in escapes itself (`%25%32%65`). */
function decoded(path: string): string {
  return path.replace(/%[0-7][0-9a-f]/gi, (escape) => decodeURIComponent(escape));
}
