import { isOptionsObject } from '../config/option-reader.js';
import { refusedCall } from './refused-call.js';

/** One value of a query parameter. */
export type QueryValue = string | number | bigint | boolean | Date;

/** Query parameters: a list repeats its name, `null` and `undefined` are left out. */
export type Query =
  URLSearchParams | Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>;

/**
 * Returns `url` with `query` behind what query it has.
 *
 * @throws {CryptofuseConfigException} where `query` is neither an object nor `URLSearchParams`, or a
 *   value is an object that is no `Date`
 */
export function withQuery(url: string, query: Query | undefined): string {
  if (query === undefined) return url;
  const text = query instanceof URLSearchParams ? query.toString() : queryString(query);
  if (text === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${text}`;
}

function queryString(query: Exclude<Query, URLSearchParams>): string {
  if (!isOptionsObject(query)) {
    throw refusedCall({ property: 'query', message: 'must be an object or URLSearchParams' });
  }
  const params = new URLSearchParams();
  for (const [name, stated] of Object.entries(query)) {
    for (const value of [stated].flat()) {
      if (value !== null && value !== undefined) params.append(name, textOf(name, value));
    }
  }
  return params.toString();
}

function textOf(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return value.toString();
    default:
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      throw refusedCall({
        property: `query[${JSON.stringify(name.slice(0, 60))}]`,
        message: 'must be a string, number, bigint, boolean, Date, or a list of these',
      });
  }
}
