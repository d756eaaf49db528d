import { Injectable } from '@nestjs/common';
import { writtenForms } from './written-forms.js';

const STRUCK = '[secret]';
/** Those not used for longest are dropped: they no longer open anything. */
const REMEMBERED = 16;
/** Striking shorter strings would take apart innocent text. */
const SHORTEST = 4;
const PADDING = '(?:=|%3[dD]){0,2}';

/** Strikes the secrets of one client out of what the server says. */
@Injectable()
export class SecretStriker {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Remembers `secret`: a token, a client secret, or a Basic value. */
  remember(secret: string): void {
    if (secret.length < SHORTEST) return;
    if (!this.#secrets.delete(secret)) this.#pattern = undefined;
    this.#secrets.add(secret);
    if (this.#secrets.size <= REMEMBERED) return;
    const [oldest] = this.#secrets;
    if (oldest !== undefined) this.#secrets.delete(oldest);
  }

  /** Returns `text` with every remembered secret, in every form a server may echo, replaced by `[secret]`. */
  strike(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= patternOf([...this.#secrets]);
    return text.replace(this.#pattern, STRUCK);
  }
}

/** The longest first, since one secret may be the beginning of another. */
function patternOf(secrets: readonly string[]): RegExp {
  const forms = secrets.flatMap((secret) => {
    const base64 = Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, '');
    const base64url = Buffer.from(secret, 'utf8').toString('base64url');
    return [
      { length: secret.length, source: writtenForms(secret) },
      { length: base64.length, source: `${writtenForms(base64)}${PADDING}` },
      { length: base64url.length, source: `${writtenForms(base64url)}${PADDING}` },
    ];
  });
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(({ source }) => source).join('|'), 'g');
}
