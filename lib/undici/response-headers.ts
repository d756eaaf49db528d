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

/** Returns headers as Node's own client tells them: a name that came more than once is one text. */
export function responseHeaders(told: Told): ResponseHeaders {
  const repeated = Object.entries(told).filter(([, value]) => Array.isArray(value));
  if (repeated.length === 0) return told;
  const joined = repeated.map(([name, values]) => [name, joinedValue(name, values)] as const);
  return { ...told, ...Object.fromEntries(joined) };
}

function joinedValue(name: string, values: string | string[] | undefined): Told[string] {
  if (!Array.isArray(values) || name === LISTED) return values;
  return SINGLE.has(name) ? values[0] : values.join(', ');
}
