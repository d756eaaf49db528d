import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { basicCredentials } from '../../../lib/token/token-endpoint.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';

/** What the server sees behind `Basic`. */
function pairOf(header: string): string {
  const [, value = ''] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header) ?? [];
  return Buffer.from(value, 'base64').toString('utf8');
}

/** As Django OAuth Toolkit reads it: split at the first colon, then `unquote_plus` (FACTS 1.1). */
function asTheServerReads(header: string): readonly string[] {
  const pair = pairOf(header);
  const colon = pair.indexOf(':');
  const halves = [pair.slice(0, colon), pair.slice(colon + 1)];
  return halves.map((half) => decodeURIComponent(half.replaceAll('+', ' ')));
}

describe('basicCredentials', () => {
  it.each([
    ['client', 'secret', 'client:secret'],
    ['a+b', 'c+d', 'a%2Bb:c%2Bd'],
    ['a%41', '100%', 'a%2541:100%25'],
    ['a:b', 'c:d', 'a%3Ab:c%3Ad'],
    ['a b', ' ', 'a+b:+'],
    ['ü', '€😀', '%C3%BC:%E2%82%AC%F0%9F%98%80'],
    ['a*-._', "~!'()", 'a*-._:%7E%21%27%28%29'],
    ['a=b&c', '"\\/', 'a%3Db%26c:%22%5C%2F'],
    ['', 'secret', ':secret'],
    ['client', '', 'client:'],
    ['', '', ':'],
  ])('writes %j and %j as %s', (clientId, secret, pair) => {
    expect(pairOf(basicCredentials(clientId, secret))).toBe(pair);
  });

  it('matches the documentation for alphanumeric credentials', () => {
    const documented = Buffer.from('abc123:SECRET456').toString('base64');
    expect(basicCredentials('abc123', 'SECRET456')).toBe(`Basic ${documented}`);
  });

  it('is decoded by the server to the original credentials', async () => {
    const half = anyText();
    const property = fc.property(half, half, (clientId, secret) => {
      const header = basicCredentials(clientId, secret);
      expect(asTheServerReads(header)).toEqual([clientId, secret]);
    });
    await seededRun('credentials survive the way', property, 1_000);
  });
});
