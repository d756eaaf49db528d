import type { ResponseHeaders } from '../transport/transport.js';

type Told = Readonly<Record<string, string | string[] | undefined>>;

/** Node has a list for these alone, and of what may stand once the first. */
const LISTED = 'set-cookie';
const SINGLE = new Set([
  'age',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
]);

/**
 * Returns headers as Node's own client tells them: a name that came more than once is one text. They have no
 * prototype, which might have headers that the server did not send.
 */
export function responseHeaders(told: Told): ResponseHeaders {
  const headers = Object.create(null) as Record<string, Told[string]>;
  for (const name of Object.keys(told)) headers[name] = joinedValue(name, told[name]);
  return headers;
}

function joinedValue(name: string, values: string | string[] | undefined): Told[string] {
  if (!Array.isArray(values) || name === LISTED) return values;
  return SINGLE.has(name) ? values[0] : values.join(', ');
}
