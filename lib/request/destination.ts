import { HALF_CHARACTER, parsedUrl } from '../config/option-values.js';
import type { EventLog } from '../diagnostics/event-log.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { CryptofuseDestinationException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';

/**
 * Matches a dot segment. Some servers first strip parameters (RFC 3986 §3.3) or a query that decoding uncovers, cut the
 * segment at a NUL, or drop control characters.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const DOTS = /^[\u0000-\u001f\u007f]*\.{1,2}(?:[;?#\u0000-\u001f\u007f]|$)/;

/** Returns whether a server may read `segment`, decoded, as `.` or `..` (RFC 3986 §3.3). */
export function isDotSegment(segment: string): boolean {
  return DOTS.test(segment);
}

/**
 * Returns whether the path of `url` has a dot segment, even one encoded up to twice. Call it before anything parses
 * `url`: parsers resolve dot segments.
 */
function hasDotSegment(url: string): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  return decodeAscii(decodeAscii(path)).split(/[/\\]/).some(isDotSegment);
}

/** Decodes all ASCII escapes: an escape may itself be escaped (`%25%32%65`). */
function decodeAscii(path: string): string {
  return path.replace(/%[0-7][0-9a-f]/gi, (escape) => decodeURIComponent(escape));
}

/** Matches paths that no URL parser changes and every server reads alike, so that most calls need no parsing. */
const PLAIN = /^(?:\/[\w-]+)+\/?(?:\?[\w.~+=&%-]*)?$/;
const CODE = 'destination_refused';
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Matches control characters and spaces, which URL parsers drop, and backslashes, which they turn into slashes. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const UNSAFE = /[\u0000-\u0020\u007f\\]/;

/** Checks that a bearer token goes only to `baseUrl` and URLs below it. */
export class Destination {
  readonly #origin: string;
  /** The path of `baseUrl`, with a slash at the end. */
  readonly #root: string;
  /** The last URL that was found to need no parsing: each call checks its URL twice. */
  #plain = '';

  constructor(
    private readonly config: { readonly baseUrl: string; readonly clientId: string },
    private readonly log: EventLog,
  ) {
    const base = new URL(config.baseUrl);
    this.#origin = base.origin;
    this.#root = base.pathname.replace(/\/*$/, '/');
  }

  /**
   * Returns the absolute URL of `path`, which is relative to `baseUrl` or an absolute URL below it.
   *
   * @throws {CryptofuseDestinationException} if it is neither
   */
  resolve(path: unknown): string {
    if (typeof path !== 'string') {
      throw callRefused({ property: 'path', message: 'must be a string' });
    }
    if (PLAIN.test(path)) return (this.#plain = `${this.config.baseUrl}${path}`);
    this.#requireSafe(path);
    if (path.includes('#')) throw this.#refusal('holds a fragment (#), which is never sent');
    if (path.startsWith('//')) throw this.#refusal('names another host');
    const url = SCHEME.test(path)
      ? path
      : `${this.config.baseUrl}${path.startsWith('/') ? '' : '/'}${path}`;
    return this.check(url);
  }

  /**
   * Returns `url` as it is sent.
   *
   * @throws {CryptofuseDestinationException} if it leaves `baseUrl`
   */
  check(url: string): string {
    if (url === this.#plain) return url;
    if (this.#isPlain(url)) return (this.#plain = url);
    this.#requireSafe(url);
    // Before parsing, which would resolve them.
    if (hasDotSegment(url)) throw this.#refusal('holds a dot segment (. or ..)');
    if (!this.#isBelow(url)) throw this.#refusal('leaves baseUrl');
    return new URL(url).href;
  }

  /** Returns whether `url` is below `baseUrl`, even for a server that decodes it twice. */
  admits(url: string): boolean {
    return !hasDotSegment(url) && this.#isBelow(url);
  }

  #requireSafe(url: string): void {
    if (UNSAFE.test(url)) throw this.#refusal('holds a space, control character or backslash');
    // The parser would replace it with U+FFFD, which may name another resource.
    if (!url.isWellFormed()) throw this.#refusal(HALF_CHARACTER);
  }

  #isBelow(url: string): boolean {
    const parsed = UNSAFE.test(url) ? undefined : parsedUrl(url);
    if (parsed === undefined) return false;
    const { origin, username, password, pathname } = parsed;
    if (origin !== this.#origin || username !== '' || password !== '') return false;
    return `${pathname}/`.startsWith(this.#root);
  }

  #isPlain(url: string): boolean {
    const { baseUrl } = this.config;
    return url.startsWith(baseUrl) && PLAIN.test(url.slice(baseUrl.length));
  }

  #refusal(reason: string): CryptofuseDestinationException {
    this.log.report({ kind: 'destination-refused', reason }, this.config);
    return new CryptofuseDestinationException({
      code: CODE,
      message: `The request was not sent: its path ${reason}.`,
      clientId: this.config.clientId,
      hint: hintFor(CODE),
    });
  }
}
