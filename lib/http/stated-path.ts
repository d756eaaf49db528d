const QUERY = '?'.charCodeAt(0);
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i;

/** The path of a call as it was stated, with places for parameters: what events tell instead of the one sent. */
export class StatedPath {
  /** Without origin and query. */
  readonly text: string;
  /** The URL that it became, without its query. */
  readonly #url: string;

  constructor(stated: string, url: string) {
    const path = withoutQuery(stated).replace(ORIGIN, '');
    this.text = path.startsWith('/') ? path : `/${path}`;
    this.#url = withoutQuery(url);
  }

  /** Returns whether `url` is still the one it became: an interceptor may have changed it, or a redirect. */
  isOf(url: string): boolean {
    const end = this.#url.length;
    return url.startsWith(this.#url) && (url.length === end || url.charCodeAt(end) === QUERY);
  }
}

function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}
