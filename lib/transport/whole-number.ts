const MOST_DIGITS = 15;
const ZERO = '0'.charCodeAt(0);

/** Returns the number that `header` states in digits alone; `undefined` if it states none. */
export function wholeNumberIn(header: string | readonly string[] | undefined): number | undefined {
  return typeof header === 'string' ? wholeNumber(header.trim()) : undefined;
}

/** Every response has three of them, and a regular expression is dear. */
function wholeNumber(text: string): number | undefined {
  if (text === '' || text.length > MOST_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}
