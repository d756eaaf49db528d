import { formEncode } from '../../lib/token/token-endpoint.js';

/** A piece of a secret from this length on is a find. */
const PIECE = 12;

/** How base64 begins of the client's id and a colon, whatever secret follows: that much is none. */
const PUBLIC = Buffer.from('my-client:').toString('base64').slice(0, 13);

/** Where something secret was found, and how much of it. */
export interface Find {
  readonly path: string;
  readonly text: string;
}

/** The ways in which a server, a library or a careless line of ours may write a secret. */
export const WRITINGS: readonly (readonly [name: string, write: (secret: string) => string])[] = [
  ['plain', (secret) => secret],
  ['URL-encoded', encodeURIComponent],
  ['form-encoded', formEncode],
  ['base64', (secret) => Buffer.from(secret).toString('base64')],
  ['base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['base64 behind Bearer', (secret) => Buffer.from(`Bearer ${secret}`).toString('base64')],
  ['base64 behind client', (secret) => Buffer.from(`my-client:${secret}`).toString('base64')],
  ['hex', (secret) => Buffer.from(secret).toString('hex')],
  ['hex in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['JSON-escaped', (secret) => JSON.stringify(secret).slice(1, -1)],
  ['JSON in ASCII', asciiJson],
];

/** As Python writes JSON. */
function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Finds secrets in texts: each in every writing, and every piece of one from twelve characters on. */
export class SecretSearch {
  readonly #pieces = new Set<string>();
  /** Texts that hold nothing: most of them come up in every walk. */
  readonly #harmless = new Set<string>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      for (const [, write] of WRITINGS) {
        for (const piece of piecesOf(write(secret))) this.#pieces.add(piece);
      }
    }
  }

  /** Returns which of `texts` hold something secret. */
  in(texts: ReadonlyMap<string, string>): readonly Find[] {
    const finds: Find[] = [];
    for (const [text, path] of texts) {
      if (this.#harmless.has(text)) continue;
      const at = this.#placeIn(text);
      if (at === undefined) this.#harmless.add(text);
      else finds.push({ path, text: text.slice(Math.max(0, at - 40), at + 60) });
    }
    return finds;
  }

  #placeIn(text: string): number | undefined {
    for (let at = 0; at + PIECE <= text.length; at += 1) {
      if (this.#pieces.has(text.slice(at, at + PIECE))) return at;
    }
    return undefined;
  }
}

function piecesOf(text: string): readonly string[] {
  const count = Math.max(0, text.length - PIECE + 1);
  const pieces = Array.from({ length: count }, (_, at) => text.slice(at, at + PIECE));
  // The character behind it has half of its bits from there.
  return pieces.filter((piece) => !PUBLIC.includes(piece.slice(0, -1)));
}
