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

function encoded(text: string, encoding: BufferEncoding = 'utf8'): string {
  const bytes = Buffer.from(text, encoding).toString('hex').match(/../g) ?? [];
  return bytes.map((byte) => `%${byte}`).join('');
}

function latin1Encoded(text: string): string {
  return encoded(text, 'latin1');
}

/** As Python writes JSON, with what HTML gives a meaning escaped as well. */
function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]|[<>&']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** With every other letter in capitals. */
function inEither(text: string): string {
  let letters = 0;
  return text.replace(/[a-z]/g, (letter) =>
    (letters += 1) % 2 === 0 ? letter : letter.toUpperCase(),
  );
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

  it.each(rows)('redacts %s of %j', (form, secret, write) => {
    // Lower-case letters are lower-case all the same, but others become another secret.
    const written = form.includes('lower') ? write(secret.toLowerCase()) : write(secret);
    const redactor = redactorOf(form.includes('lower') ? secret.toLowerCase() : secret);
    expect(redactor.redact(`before ${written}, ${written} after`)).toBe(
      'before [secret], [secret] after',
    );
  });

  it('redacts the longer secret when one is the beginning of another', () => {
    for (const secrets of [
      ['s3cret', 's3cret-2025'],
      ['s3cret-2025', 's3cret'],
    ]) {
      expect(redactorOf(...secrets).redact('It is s3cret-2025.')).toBe('It is [secret].');
    }
  });

  it('redacts what remains of overlapping secrets, and its own mark is none', () => {
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
    ['hex', (secret: string) => Buffer.from(secret).toString('hex')],
    ['hex in capitals', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['hex in either', (secret: string) => inEither(Buffer.from(secret).toString('hex'))],
    ['percent-encoded in either case', (secret: string) => inEither(encoded(secret))],
    ['JSON in ASCII', asciiJson],
    ['Latin-1, percent-encoded', latin1Encoded],
    ['base64 of Latin-1', (secret: string) => Buffer.from(secret, 'latin1').toString('base64')],
  ])('redacts a secret written as %s', (_, write) => {
    for (const secret of ['alphanumeric0123', `+/=%&"'<\\é-and-more`]) {
      expect(redactorOf(secret).redact(`before ${write(secret)}, after`)).toBe(
        'before [secret], after',
      );
    }
  });

  it.each(['', '-', 'Bearer ', 'client:', 'an-odd-client:'])(
    'redacts a secret within the base64 of something longer: behind %j',
    (before) => {
      for (const after of ['', '!', '!!', '\r\n']) {
        const written = Buffer.from(`${before}s3cret+with/all:of%the=odd&ones${after}`);
        const redacted = redactorOf('s3cret+with/all:of%the=odd&ones').redact(
          `before ${written.toString('base64')} after`,
        );
        // What is left of it belongs to what is around it, but for the bits it shares.
        expect(redacted).toMatch(/^before \S{0,21}\[secret\]\S{0,7} after$/);
      }
    },
  );

  it('finds a secret that repeats itself in time linear in the text, and all of it', () => {
    const nearly = 'a'.repeat(1_000_000);
    expect(redactorOf(`${'a'.repeat(4_000)}b`).redact(nearly)).toBe(nearly);
    expect(redactorOf('a'.repeat(100)).redact('a'.repeat(250))).toBe('[secret]');
  });

  it('leaves out what starts after the limit, and cuts no secret in two', () => {
    const redactor = redactorOf(SECRETS[1] ?? '');
    for (const [, write] of FORMS.filter(([form]) => !form.includes('lower'))) {
      const written = write(SECRETS[1] ?? '');
      const text = `before ${written} after`;
      expect(redactor.redact(text, 7)).toBe('before ');
      expect(redactor.redact(text, 8)).toBe('before [secret]');
      expect(redactor.redact(text, 7 + written.length)).toBe('before [secret]');
      expect(redactor.redact(text, 9 + written.length)).toBe('before [secret] a');
    }
  });

  it('may include others, which it does not remember', () => {
    const redactor = redactorOf('remembered');
    const others = Array.from({ length: 20 }, (_, index) => `other-${index}-secret`);
    const said = ['remembered', ...others].join();
    expect(redactor.including([...others, 'abc']).redact(`${said},abc`)).toBe(
      `${said.replace(/[^,]+/g, '[secret]')},abc`,
    );
    expect(redactor.redact(said)).toBe(`[secret],${others.join()}`);
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
        const redacted = redactorOf(...secrets).redact(`${before}${written}${after}`);
        expect(redacted.replaceAll('[secret]', '')).not.toContain(written);
      },
    );
    await seededRun('no form of a secret is left', property, 500);
  });

  it('takes a secret with half a character', () => {
    expect(redactorOf('half\ud800half').redact('a half\ud800half b')).toBe('a [secret] b');
  });
});
