import { types } from 'node:util';
import { isOptionsObject, readEntries } from '../config/option-reader.js';
import { HALF_CHARACTER } from '../config/option-values.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';

/** One value of a query parameter. Numbers must be finite and dates valid. */
export type QueryValue = string | number | bigint | boolean | Date;

/** Query parameters: a list repeats its name, `null` and `undefined` are left out. */
export type Query =
  URLSearchParams | Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>;

/**
 * Returns `url` with `query`, a {@link Query}, appended to any query that it has.
 *
 * @throws {CryptofuseConfigException} if `query` is neither an object nor `URLSearchParams`, or a
 *   value is no {@link QueryValue}
 */
export function withQuery(url: string, query: unknown): string {
  if (query === undefined) return url;
  const text = queryString(query);
  if (text === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${text}`;
}

function queryString(query: unknown): string {
  if (query instanceof URLSearchParams) return query.toString();
  if (!isOptionsObject(query)) {
    const message = 'must be an object or URLSearchParams; of a Map, give Object.fromEntries(map)';
    throw callRefused({ property: 'query', message });
  }
  const params = new URLSearchParams();
  for (const [name, stated] of readEntries(query)) {
    for (const value of [stated].flat()) {
      if (value !== null && value !== undefined) params.append(name, textOf(name, value));
    }
  }
  return params.toString();
}

function textOf(name: string, value: unknown): string {
  const text = textOfValue(value);
  const property = `query[${JSON.stringify(name.slice(0, 60))}]`;
  if (text === undefined) {
    const message =
      'must be a string, finite number, bigint, boolean, valid Date, or a list of these';
    throw callRefused({ property, message });
  }
  if (name.isWellFormed() && text.isWellFormed()) return text;
  throw callRefused({ property, message: HALF_CHARACTER });
}

function textOfValue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? value.toString() : undefined;
    case 'bigint':
    case 'boolean':
      return value.toString();
    default:
      if (!types.isDate(value) || Number.isNaN(value.getTime())) return undefined;
      return value.toISOString();
  }
}
