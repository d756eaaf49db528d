import { isOptionsObject, readEntries } from '../config/option-reader.js';
import {
  type CryptofuseConfigException,
  callRefused,
} from '../exceptions/cryptofuse-config.exception.js';
import { isDotSegment } from './destination.js';

const QUERY = '?'.charCodeAt(0);
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i;

/** The path template of a call, with places for parameters. Events report it instead of the path sent. */
export class StatedPath {
  /** Without origin and query. */
  readonly text: string;
  /** The URL made from it, without its query. */
  readonly #url: string;

  constructor(stated: string, url: string) {
    const path = withoutQuery(stated).replace(ORIGIN, '');
    this.text = path.startsWith('/') ? path : `/${path}`;
    this.#url = withoutQuery(url);
  }

  /** Returns whether `url` is still the one made from it: an interceptor or a redirect may have changed it. */
  isOf(url: string): boolean {
    const end = this.#url.length;
    return url.startsWith(this.#url) && (url.length === end || url.charCodeAt(end) === QUERY);
  }
}

function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}

/** A value for each `{name}` of a path. Numbers must be finite. */
export type PathParams = Readonly<Record<string, string | number | bigint>>;

const PLACE = /\{([^{}/]+)\}/g;
const LEFT_OVER =
  'has no place in the path; what belongs into the query goes into the option query';
const PLAIN_NAME = /^[a-z_$][\w$]{0,59}$/i;
/** Servers decode `%2F` and `%25` before they route; half a character cannot be encoded. */
const AMBIGUOUS = /[/\\%\p{Cc}\p{Cs}]/u;

/** Returns whether `path` has a place for a parameter; a brace in its query, or without a name, is none. */
export function isTemplate(path: string): boolean {
  return path.includes('{') && templateIn(path).search(PLACE) !== -1;
}

/**
 * Returns `path` with the values of `params`, a {@link PathParams}, encoded and filled in.
 *
 * @throws {CryptofuseConfigException} if a name is missing or left over, or a value could lead elsewhere
 */
export function fillPath(path: string, params: unknown): string {
  const template = templateIn(path);
  const values = readParams(params);
  const names = new Set<string>();
  const problems = new Map<string, string>();
  const filled = template.replace(PLACE, (_, name: string) => {
    names.add(name);
    const text = textOf(values.get(name));
    const problem = problemWith(text, values.has(name));
    if (problem !== undefined) problems.set(name, problem);
    return problem === undefined ? encodeURIComponent(text ?? '') : '';
  });
  for (const name of values.keys()) if (!names.has(name)) problems.set(name, LEFT_OVER);
  if (problems.size > 0) throw refusalOf(problems);
  return `${filled}${path.slice(template.length)}`;
}

function templateIn(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function readParams(params: unknown): ReadonlyMap<string, unknown> {
  if (params === undefined) return new Map();
  if (!isOptionsObject(params)) {
    const message = 'must be an object; of a Map, give Object.fromEntries(map)';
    throw callRefused({ property: 'params', message });
  }
  return new Map(readEntries(params).filter(([, value]) => value !== undefined));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isNumber = typeof value === 'bigint' || Number.isFinite(value);
  return isNumber ? String(value) : undefined;
}

function problemWith(text: string | undefined, isStated: boolean): string | undefined {
  if (!isStated) return 'is missing, and the path has a place for it';
  if (text === undefined) return 'must be a string, finite number or bigint';
  if (text === '') return 'must not be empty';
  if (isDotSegment(text)) return 'must be no dot segment: it would lead to another resource';
  if (!AMBIGUOUS.test(text)) return undefined;
  return 'must hold no /, \\, %, control character or half of a surrogate pair: servers decode a path before they route it';
}

/** @param problems by the name of the parameter */
function refusalOf(problems: ReadonlyMap<string, string>): CryptofuseConfigException {
  return callRefused(
    ...Array.from(problems, ([name, message]) => ({ property: propertyOf(name), message })),
  );
}

function propertyOf(name: string): string {
  return PLAIN_NAME.test(name) ? `params.${name}` : `params[${JSON.stringify(name.slice(0, 60))}]`;
}
