const PLAIN = /^[a-z_$][\w$]{0,59}$/i;
const LONGEST = 200;

/** Where `JSON.stringify` is in what it writes, told by what it gives its replacer. */
export class MemberPath {
  readonly #holders: unknown[] = [];
  readonly #segments: string[] = [];

  constructor(private readonly root: string) {}

  /** Goes into `value`, the member `key` of `holder`. */
  enter(holder: unknown, key: string, value: object): void {
    this.#segments.push(this.#segment(holder, key));
    this.#holders.push(value);
  }

  /** Returns the path of the member `key` of `holder`, for example `body.items[0].amount`. */
  of(holder: unknown, key: string): string {
    const segment = this.#segment(holder, key);
    const path = `${this.root}${this.#segments.join('')}${segment}`;
    return path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path;
  }

  /** Leaves what was done with, as far as `holder`; the root itself has no segment. */
  #segment(holder: unknown, key: string): string {
    while (this.#holders.length > 0 && this.#holders.at(-1) !== holder) {
      this.#holders.pop();
      this.#segments.pop();
    }
    if (this.#holders.length === 0) return '';
    if (Array.isArray(holder)) return `[${key}]`;
    return PLAIN.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 60))}]`;
  }
}
