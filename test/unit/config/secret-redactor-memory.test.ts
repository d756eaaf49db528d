import { describe, expect, it } from '@jest/globals';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const SECRET = 's3cret+with/all';
const BASIC = base64(`client:${encodeURIComponent(SECRET)}`);

describe('SecretRedactor through the life of a client', () => {
  it('redacts the secret of every token request, while a hundred tokens pass', () => {
    const redactor = new SecretRedactor();
    for (let token = 0; token < 100; token += 1) {
      for (const used of [SECRET, BASIC, `token-number-${token}-`]) redactor.remember(used);
      const said = redactor.redact(`${SECRET} ${BASIC} ${base64(SECRET)} token-number-${token}-`);
      expect(said).toBe('[secret] [secret] [secret] [secret]');
    }
  });

  it('redacts both secrets of a rotation, and the tokens that may still be on their way', () => {
    const redactor = new SecretRedactor();
    const tokens = Array.from({ length: 12 }, (_, index) => `token-number-${index}-`);
    for (const token of tokens) {
      for (const used of ['current-secret', 'previous-secret', token]) redactor.remember(used);
    }
    for (const used of ['current-secret', 'previous-secret', ...tokens]) {
      expect(redactor.redact(used)).toBe('[secret]');
    }
  });

  it('redacts what it learns after it has redacted', () => {
    const redactor = new SecretRedactor();
    redactor.remember('first-secret');
    expect(redactor.redact('first-secret second-secret')).toBe('[secret] second-secret');
    redactor.remember('second-secret');
    expect(redactor.redact('first-secret second-secret')).toBe('[secret] [secret]');
  });

  it('redacts time and again, from the beginning of each text', () => {
    const redactor = new SecretRedactor();
    redactor.remember(SECRET);
    for (let time = 0; time < 5; time += 1) expect(redactor.redact(SECRET)).toBe('[secret]');
  });

  it.each([
    ['as PHP escapes JSON', SECRET.replaceAll('/', '\\/')],
    ['as .NET escapes JSON', SECRET.replaceAll('+', '\\u002B').replaceAll('/', '\\u002F')],
    ['in base64 with percent-encoded padding', encodeURIComponent(base64('s3cret+with/al'))],
  ])('redacts a secret %s', (_, written) => {
    const redactor = new SecretRedactor();
    for (const used of [SECRET, 's3cret+with/al']) redactor.remember(used);
    expect(redactor.redact(`before ${written} after`)).toBe('before [secret] after');
  });

  it('redacts every occurrence, those without a gap included', () => {
    const redactor = new SecretRedactor();
    redactor.remember(SECRET);
    const pair = `client:${SECRET}&client_secret=${encodeURIComponent(SECRET)}&x=${SECRET}${SECRET}`;
    expect(redactor.redact(pair)).toBe('client:[secret]&client_secret=[secret]&x=[secret][secret]');
  });
});
