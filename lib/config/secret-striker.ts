import { Injectable } from '@nestjs/common';
import { formEncode } from './form-encode.js';

const STRUCK = '[secret]';
/** Those not used for longest are dropped: they no longer open anything. */
const REMEMBERED = 16;
/** Striking shorter strings would take apart innocent text. */
const SHORTEST = 4;

/** Every form in which a server may echo `secret`. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  const forms = [
    secret,
    encodeURIComponent(secret),
    formEncode(secret),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret, 'utf8').toString('base64url'),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** Strikes the secrets of one client out of what the server says. */
@Injectable()
export class SecretStriker {
  readonly #forms = new Map<string, readonly string[]>();

  /** Remembers `secret`: a token, a client secret, or a Basic value. */
  remember(secret: string): void {
    if (secret.length < SHORTEST) return;
    const forms = this.#forms.get(secret) ?? formsOf(secret);
    this.#forms.delete(secret);
    this.#forms.set(secret, forms);
    if (this.#forms.size <= REMEMBERED) return;
    const [oldest] = this.#forms.keys();
    if (oldest !== undefined) this.#forms.delete(oldest);
  }

  /** Returns `text` with every remembered secret replaced by `[secret]`. */
  strike(text: string): string {
    let struck = text;
    for (const forms of this.#forms.values()) {
      for (const form of forms) struck = struck.replaceAll(form, STRUCK);
    }
    return struck;
  }
}
