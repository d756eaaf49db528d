import fc from 'fast-check';
import { anyText } from './any-text.js';

const PLAIN = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~');
const DELIMITERS = Array.from("!$&'()*+,;=:@");

/** A path as RFC 3986 §3.3 has it, or none. `fc.webPath` gives the like, and takes a second to be made. */
export function webPath(): fc.Arbitrary<string> {
  const character = fc.oneof(
    fc.constantFrom(...PLAIN),
    fc.constantFrom(...DELIMITERS),
    anyText(1, 1).map(encodeURIComponent),
  );
  const segment = fc.array(character, { maxLength: 8 }).map((list) => list.join(''));
  return fc.array(segment, { maxLength: 5 }).map((list) => list.map((each) => `/${each}`).join(''));
}
