/**
 * Returns the source of a pattern that matches `text` in any way it may be written: each character as
 * it is, as JSON escapes it, or percent-encoded. Which ones are, and in which case, is up to the writer.
 */
export function writtenForms(text: string): string {
  return Array.from(text, formsOfCharacter).join('');
}

function formsOfCharacter(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const forms = [
    literally(character),
    literally(JSON.stringify(character).slice(1, -1)),
    unicodeEscape(character),
    percentEncoded(character),
  ];
  if (character === ' ') forms.push('\\+');
  return `(?:${[...new Set(forms)].join('|')})`;
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function unicodeEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\\\u${anyCase(unit.toString(16).padStart(4, '0'))}`).join('');
}

function percentEncoded(character: string): string {
  const bytes = Buffer.from(character, 'utf8').toString('hex').match(/../g) ?? [];
  return bytes.map((byte) => `%${anyCase(byte)}`).join('');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
