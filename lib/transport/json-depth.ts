const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Brackets and braces differ in this bit alone. */
const BRACE = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Returns whether the JSON text `bytes` is nested deeper than `deepest`; of what is no JSON, anything. */
export function isDeeperThan(bytes: Uint8Array, deepest: number): boolean {
  // Each level takes two bytes.
  if (bytes.length <= 2 * deepest) return false;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if ((byte | BRACE) === CLOSING) depth -= 1;
    else if ((byte | BRACE) === OPENING && (depth += 1) > deepest) return true;
  }
  return false;
}

function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
