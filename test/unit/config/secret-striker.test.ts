import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretStriker } from '../../../lib/config/secret-striker.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';

function strikerOf(...secrets: string[]): SecretStriker {
  const striker = new SecretStriker();
  for (const secret of secrets) striker.remember(secret);
  return striker;
}

/** As Python's `urllib.parse.quote` writes it, with another idea of what is safe than JavaScript's. */
function pythonQuote(text: string, safe: RegExp): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => [byte, String.fromCharCode(byte)] as const)
    .map(([byte, char]) =>
      byte < 128 && safe.test(char) ? char : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');
}

const FORMS: readonly (readonly [form: string, write: (secret: string) => string])[] = [
  ['plain', (secret) => secret],
  ['encodeURIComponent', encodeURIComponent],
  ['form-encoded', (secret) => new URLSearchParams([['s', secret]]).toString().slice(2)],
  ['Python quote', (secret) => pythonQuote(secret, /[A-Za-z0-9_.~/-]/)],
  ['Python quote, nothing safe', (secret) => pythonQuote(secret, /[A-Za-z0-9_.~-]/)],
  ['Python quote_plus', (secret) => pythonQuote(secret, /[A-Za-z0-9_.~ -]/).replaceAll(' ', '+')],
  ['percent-encoded in lower case', (secret) => pythonQuote(secret, /[A-Za-z0-9]/).toLowerCase()],
  ['base64', (secret) => Buffer.from(secret, 'utf8').toString('base64')],
  ['base64 unpadded', (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')],
  ['base64url', (secret) => Buffer.from(secret, 'utf8').toString('base64url')],
  ['JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
];

const SECRETS = [
  'alphanumeric0123',
  's3cret+with/all:of%the=odd&ones',
  'with space and "quotes"',
  "a~b!c*d'e(f)g",
  'back\\slash$&{}[]^.?|',
  'ünïcödé-€-😀',
  '.*.*',
  'padded==',
];

describe('SecretStriker', () => {
  const rows = SECRETS.flatMap((secret) =>
    FORMS.map(([form, write]) => [form, secret, write] as const),
  );

  it.each(rows)('strikes %s of %j', (form, secret, write) => {
    // Lower-case letters are lower-case all the same, but others become another secret.
    const written = form.includes('lower') ? write(secret.toLowerCase()) : write(secret);
    const striker = strikerOf(form.includes('lower') ? secret.toLowerCase() : secret);
    expect(striker.strike(`before ${written}, ${written} after`)).toBe(
      'before [secret], [secret] after',
    );
  });

  it('strikes the longer secret where one is the beginning of another', () => {
    for (const secrets of [
      ['s3cret', 's3cret-2025'],
      ['s3cret-2025', 's3cret'],
    ]) {
      expect(strikerOf(...secrets).strike('It is s3cret-2025.')).toBe('It is [secret].');
    }
  });

  it('strikes what remains of overlapping secrets, and its own mark is none', () => {
    expect(strikerOf('secret', 'ecre').strike('a secret')).toBe('a [secret]');
    expect(strikerOf('[secret]').strike('a [secret]')).toBe('a [secret]');
  });

  it('takes a secret literally, not as a pattern', () => {
    expect(strikerOf('a.c*').strike('abcc a.c*')).toBe('abcc [secret]');
    expect(strikerOf('$&-$1').strike('x $&-$1 y')).toBe('x [secret] y');
  });

  it('leaves texts alone without secrets, and with secrets of less than four characters', () => {
    expect(strikerOf().strike('abc')).toBe('abc');
    expect(strikerOf('abc', '').strike('abc abc')).toBe('abc abc');
  });

  it('remembers the sixteen that were used last', () => {
    const names = Array.from({ length: 17 }, (_, index) => `secret-number-${index}-`);
    const striker = strikerOf(...names.slice(0, 16));
    striker.remember('secret-number-0-');
    striker.remember('secret-number-16-');
    expect(striker.strike('secret-number-0-')).toBe('[secret]');
    expect(striker.strike('secret-number-1-')).toBe('secret-number-1-');
    expect(striker.strike('secret-number-16-')).toBe('[secret]');
  });

  it('leaves no form of any secret in any text', async () => {
    const secret = anyText(4, 30);
    const around = fc.string({ maxLength: 10 });
    const property = fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.constantFrom(...FORMS.filter(([form]) => !form.includes('lower'))),
      around,
      around,
      (secrets, pick, [, write], before, after) => {
        const written = write(secrets[pick % secrets.length] ?? '');
        const struck = strikerOf(...secrets).strike(`${before}${written}${after}`);
        expect(struck.replaceAll('[secret]', '')).not.toContain(written);
      },
    );
    await seededRun('no form of a secret is left', property, 500);
  });

  it('takes a secret with half a character', () => {
    expect(strikerOf('half\ud800half').strike('a half\ud800half b')).toBe('a [secret] b');
  });
});
