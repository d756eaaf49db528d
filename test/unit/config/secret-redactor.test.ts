import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';

function redactorOf(...secrets: string[]): SecretRedactor {
  const redactor = new SecretRedactor();
  for (const secret of secrets) redactor.remember(secret);
  return redactor;
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

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');
}

function latin1Encoded(text: string): string {
  const bytes = Buffer.from(text, 'latin1').toString('hex').match(/../g) ?? [];
  return bytes.map((byte) => `%${byte}`).join('');
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

describe('SecretRedactor', () => {
  const rows = SECRETS.flatMap((secret) =>
    FORMS.map(([form, write]) => [form, secret, write] as const),
  );

  it.each(rows)('strikes %s of %j', (form, secret, write) => {
    // Lower-case letters are lower-case all the same, but others become another secret.
    const written = form.includes('lower') ? write(secret.toLowerCase()) : write(secret);
    const redactor = redactorOf(form.includes('lower') ? secret.toLowerCase() : secret);
    expect(redactor.redact(`before ${written}, ${written} after`)).toBe(
      'before [secret], [secret] after',
    );
  });

  it('strikes the longer secret where one is the beginning of another', () => {
    for (const secrets of [
      ['s3cret', 's3cret-2025'],
      ['s3cret-2025', 's3cret'],
    ]) {
      expect(redactorOf(...secrets).redact('It is s3cret-2025.')).toBe('It is [secret].');
    }
  });

  it('strikes what remains of overlapping secrets, and its own mark is none', () => {
    expect(redactorOf('secret', 'ecre').redact('a secret')).toBe('a [secret]');
    expect(redactorOf('[secret]').redact('a [secret]')).toBe('a [secret]');
  });

  it('takes a secret literally, not as a pattern', () => {
    expect(redactorOf('a.c*').redact('abcc a.c*')).toBe('abcc [secret]');
    expect(redactorOf('$&-$1').redact('x $&-$1 y')).toBe('x [secret] y');
  });

  it('leaves texts alone without secrets, and with secrets of less than four characters', () => {
    expect(redactorOf().redact('abc')).toBe('abc');
    expect(redactorOf('abc', '').redact('abc abc')).toBe('abc abc');
  });

  it('remembers the sixteen that were used last', () => {
    const names = Array.from({ length: 17 }, (_, index) => `number-${index}-secret`);
    const redactor = redactorOf(...names.slice(0, 16));
    redactor.remember('number-0-secret');
    redactor.remember('number-16-secret');
    expect(redactor.redact('number-0-secret')).toBe('[secret]');
    expect(redactor.redact('number-1-secret')).toBe('number-1-secret');
    expect(redactor.redact('number-16-secret')).toBe('[secret]');
  });

  it.each([
    ['the beginning', 'a0B1c2D3e4F5'],
    ['the middle', 'B1c2D3e4F5g6H7'],
    ['the end', 'F5g6H7i8J9k0'],
    ['the middle, percent-encoded', 'c2%443e4F5%676H7'],
  ])('strikes a piece of twelve characters: %s', (_, piece) => {
    expect(redactorOf('a0B1c2D3e4F5g6H7i8J9k0').redact(`It was ${piece}...`)).toBe(
      'It was [secret]...',
    );
    expect(redactorOf('a0B1c2D3e4F5g6H7i8J9k0').redact('It was a0B1c2D3e4F')).toContain('a0B1');
  });

  it.each([
    ['escaped twice', (secret: string) => encodeURIComponent(encodeURIComponent(secret))],
    ['JSON in a form', (secret: string) => encodeURIComponent(JSON.stringify(secret).slice(1, -1))],
    ['JSON in HTML', (secret: string) => html(JSON.stringify(secret).slice(1, -1))],
    ['HTML', html],
    [
      'HTML in numbers',
      (secret: string) => Array.from(secret, (one) => `&#${one.codePointAt(0) ?? 0};`).join(''),
    ],
    [
      "Python's bytes",
      (secret: string) =>
        [...Buffer.from(secret)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    ],
    ['hex', (secret: string) => Buffer.from(secret).toString('hex')],
    ['hex in capitals', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['Latin-1, percent-encoded', latin1Encoded],
    ['base64 of Latin-1', (secret: string) => Buffer.from(secret, 'latin1').toString('base64')],
  ])('strikes a secret written as %s', (_, write) => {
    for (const secret of ['alphanumeric0123', `+/=%&"'<\\é-and-more`]) {
      expect(redactorOf(secret).redact(`before ${write(secret)}, after`)).toBe(
        'before [secret], after',
      );
    }
  });

  it.each(['', '-', 'Bearer ', 'client:', 'an-odd-client:'])(
    'strikes a secret within the base64 of something longer: behind %j',
    (before) => {
      for (const after of ['', '!', '!!', '\r\n']) {
        const written = Buffer.from(`${before}s3cret+with/all:of%the=odd&ones${after}`);
        const struck = redactorOf('s3cret+with/all:of%the=odd&ones').redact(
          `before ${written.toString('base64')} after`,
        );
        // What is left of it belongs to what is around it, but for the bits it shares.
        expect(struck).toMatch(/^before \S{0,21}\[secret\]\S{0,7} after$/);
      }
    },
  );

  it('takes no more time for a secret that repeats itself', () => {
    const struck = redactorOf('a'.repeat(8_192)).redact('a'.repeat(4_000));
    expect(struck).toBe('[secret]');
  });

  it('leaves no form of any secret in any text', async () => {
    // Control characters are refused in a secret.
    const secret = anyText(4, 30).filter((text) => !/\p{Cc}/u.test(text));
    // What begins an escape before a secret changes what is written there.
    const around = fc.string({ maxLength: 10 }).filter((text) => !/[\\%&]/.test(text));
    const property = fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.constantFrom(...FORMS.filter(([form]) => !form.includes('lower'))),
      around,
      around,
      (secrets, pick, [, write], before, after) => {
        const written = write(secrets[pick % secrets.length] ?? '');
        const struck = redactorOf(...secrets).redact(`${before}${written}${after}`);
        expect(struck.replaceAll('[secret]', '')).not.toContain(written);
      },
    );
    await seededRun('no form of a secret is left', property, 500);
  });

  it('takes a secret with half a character', () => {
    expect(redactorOf('half\ud800half').redact('a half\ud800half b')).toBe('a [secret] b');
  });
});
