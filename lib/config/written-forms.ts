/** How a secret may be written, byte for byte (Latin-1); each form is found also where it is escaped. */
export interface WrittenForm {
  readonly bytes: string;
  /** Whether padding may follow. */
  readonly isBase64: boolean;
}

/** Less than this of a secret within something longer may be anybody's base64. */
const SHORTEST_WITHIN = 12;

/**
 * Returns the forms of `secret`: as it is, in hex, and in base64 (RFC 4648 §4 and §5), where it may also
 * stand within what was encoded, as a token does in the base64 of a header.
 */
export function writtenForms(secret: string): readonly WrittenForm[] {
  const encodings = [Buffer.from(secret, 'utf8')];
  if (isLatin1Only(secret)) encodings.push(Buffer.from(secret, 'latin1'));
  const plain = encodings.flatMap((bytes) => {
    const hex = bytes.toString('hex');
    return [bytes.toString('latin1'), hex, hex.toUpperCase()];
  });
  const base64 = encodings.flatMap((bytes) => [0, 1, 2].flatMap((shift) => base64At(bytes, shift)));
  return [
    ...[...new Set(plain)].map((bytes) => ({ bytes, isBase64: false })),
    ...[...new Set(base64)].map((bytes) => ({ bytes, isBase64: true })),
  ];
}

/** Whether `text` has characters beyond ASCII, all of which Latin-1 has: some writers take it for Latin-1. */
function isLatin1Only(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return points.some((point) => point > 0x7f) && points.every((point) => point <= 0xff);
}

/** The base64 of `bytes` that follow `shift` others, without the characters that those, or what follows, share. */
function base64At(bytes: Buffer, shift: number): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = shifted.toString('base64').replace(/=+$/, '');
  if (shift === 0) return bothAlphabets(whole);
  const isShared = shifted.length % 3 !== 0;
  const own = whole.slice(shift + 1, isShared ? -1 : undefined);
  return own.length < SHORTEST_WITHIN ? [] : bothAlphabets(own);
}

function bothAlphabets(base64: string): readonly string[] {
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
}
