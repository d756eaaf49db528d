import { Injectable } from '@nestjs/common';
import { SecretFinder } from './secret-finder.js';

const STRUCK = '[secret]';
/** Those not used for longest are dropped: they no longer open anything. */
const REMEMBERED = 16;
/** Striking shorter strings would take apart innocent text. */
const SHORTEST = 4;

/** Strikes the secrets of one client out of what the server says. */
@Injectable()
export class SecretRedactor {
  readonly #secrets = new Set<string>();
  #finder: SecretFinder | undefined;

  /** Remembers `secret`: a token, a client secret, or a Basic value. */
  remember(secret: string): void {
    if (secret.length < SHORTEST) return;
    if (!this.#secrets.delete(secret)) this.#finder = undefined;
    this.#secrets.add(secret);
    if (this.#secrets.size <= REMEMBERED) return;
    const [oldest] = this.#secrets;
    if (oldest !== undefined) this.#secrets.delete(oldest);
  }

  /** Returns `text` with every remembered secret, in every form a server may echo, replaced by `[secret]`. */
  redact(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#finder ??= new SecretFinder([...this.#secrets]);
    let struck = '';
    let kept = 0;
    for (const { start, end } of this.#finder.spansIn(text)) {
      struck += `${text.slice(kept, start)}${STRUCK}`;
      kept = end;
    }
    return struck + text.slice(kept);
  }
}
