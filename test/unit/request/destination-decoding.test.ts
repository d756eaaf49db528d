import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { posix } from 'node:path';
import { configure } from '../../../lib/config/configure.js';
import { CryptofuseDestinationException } from '../../../lib/exceptions/cryptofuse-exceptions.js';
import { Destination } from '../../../lib/request/destination.js';
import { eventLogOf } from '../../support/event-log-of.js';
import { seededRun } from '../../support/seeded-run.js';
import { webPath } from '../../support/web-path.js';

const BASE = 'https://tenant.example/api/v1';

function destinationOf(baseUrl: string): Destination {
  const config = configure({ clientId: 'client', clientSecret: 'secret', baseUrl }, {});
  return new Destination(config, eventLogOf());
}

const PREFIXED = destinationOf(BASE);

/** Decodes a path as a server does: all percent-encoded ASCII. */
function percentDecoded(path: string): string {
  return path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Reads a decoded path as a server may: backslashes as slashes, without parameters and query, dot segments resolved. */
function asRead(path: string): string {
  const segments = path.split(/[/\\]/).map((segment) => segment.replace(/[;?#].*$/s, ''));
  return posix.normalize(segments.join('/'));
}

describe('Destination, with escaped escapes', () => {
  it.each([
    '/%2%65%2%65/x',
    '/%2%65./x',
    '/%%32e%%32e/x',
    '/%%32%65%%32%65/x',
    '/%25%32%65%25%32%65/x',
    '/%25%32%45%25%32%45/x',
    '/%252%65%252%65/x',
    '/..%25%32%66x',
    '/..%25%32fx',
    '/..%2%66x',
    '/..%2%46x',
    '/..%%32%66x',
    '/..%%35%63x',
    '/..%25%35%63x',
    '/..%5%63x',
    '/a/%2%65%2%65%2%66%2%65%2%65/x',
  ])('refuses %j', (path) => {
    expect(() => PREFIXED.resolve(path)).toThrow(CryptofuseDestinationException);
    expect(PREFIXED.admits(`${BASE}${path}`)).toBe(false);
    expect(() => PREFIXED.check(`${BASE}${path}`)).toThrow(CryptofuseDestinationException);
  });
});

describe('Destination, if a server strips a part of a segment', () => {
  it.each([
    '/..;/x',
    '/..;a=b/x',
    '/%2e%2e;/x',
    '/..%3b/x',
    '/..%3Ba/x',
    '/..%253b/x',
    '/..;',
    '/.;/x',
    '/a/.%3B',
    '/..%3fa',
    '/..%23a',
    '/..%253f/x',
    '/..\\;',
  ])('refuses %j', (path) => {
    expect(() => PREFIXED.resolve(path)).toThrow(CryptofuseDestinationException);
    expect(PREFIXED.admits(`${BASE}${path}`)).toBe(false);
  });

  it.each([
    '/a;b/x',
    '/a..;b/x',
    '/...;/x',
    '/;../x',
    '/a%3b../x',
    '/a%3Fb/x',
    '/a%23b/x',
    '/?next=/..;/x',
    '/?next=%2e%2e%2f',
    '/100%/x',
    '/%/x',
    '/%2/x',
    '/%zz/x',
    '/%u002e%u002e/x',
    '/%25252e%25252e/x',
  ])('admits %j', (path) => {
    expect(PREFIXED.resolve(path)).toBe(`${BASE}${path}`);
  });
});

describe('Destination, however the origin is spelt', () => {
  it.each([
    ['http://[::1]:8000', '/x', 'http://[::1]:8000/x'],
    ['http://[::1]:8000', 'http://[0:0:0:0:0:0:0:1]:8000/x', 'http://[::1]:8000/x'],
    ['https://api.cryptofuse.io:443', '/x', 'https://api.cryptofuse.io/x'],
    ['https://bücher.example', '/x', 'https://xn--bcher-kva.example/x'],
    ['https://bücher.example', 'https://BÜCHER.example/x', 'https://xn--bcher-kva.example/x'],
    [BASE, 'https://tenant\uff0eexample/api/v1/x', `${BASE}/x`],
    [BASE, 'https://\uff34enant.example/api/v1/x', `${BASE}/x`],
    [BASE, 'https://tenant.example:/api/v1/x', `${BASE}/x`],
    [BASE, 'https://tenant.example:00443/api/v1/x', `${BASE}/x`],
    [BASE, 'https:tenant.example/api/v1/x', `${BASE}/x`],
    [BASE, '\u00a0https://evil.example/', `${BASE}/%C2%A0https://evil.example/`],
    [BASE, '\ufeff//evil.example', `${BASE}/%EF%BB%BF//evil.example`],
    [BASE, '\u2028', `${BASE}/%E2%80%A8`],
    [BASE, '/..\u00a0/x', `${BASE}/..%C2%A0/x`],
  ])('with baseUrl %s resolves %j to %s', (baseUrl, path, url) => {
    expect(destinationOf(baseUrl).resolve(path)).toBe(url);
  });

  it.each([
    ['http://[::1]:8000', 'http://[::1]/x'],
    ['http://[::1]:8000', 'http://[::2]:8000/x'],
    ['http://[::1]:8000', 'http://[::ffff:127.0.0.1]:8000/x'],
    ['http://[::1]:8000', 'http://localhost:8000/x'],
    ['https://api.cryptofuse.io:443', 'https://api.cryptofuse.io:444/'],
    [BASE, 'https://tenant.example:99999/api/v1/x'],
    [BASE, 'https://tenant.example\uff0fapi/v1/x'],
    [BASE, 'https://tenant\u3002evil.example/api/v1/x'],
    [BASE, 'https://tenant.example\uff20evil.example/api/v1/'],
    [BASE, 'https://evil.example/https://tenant.example/api/v1/'],
    [BASE, `${BASE}evil/x`],
    [BASE, `${BASE}/..//evil.example`],
    [BASE, `${BASE}%2f..%2fx`],
    [BASE, `${BASE};/../x`],
    [BASE, '\ud800'],
  ])('with baseUrl %s refuses %j', (baseUrl, path) => {
    expect(() => destinationOf(baseUrl).resolve(path)).toThrow(CryptofuseDestinationException);
  });
});

describe('Destination, property', () => {
  /** Writes each character as it is, or as an escape up to three times over, each digit for itself. */
  const spelt = fc
    .array(
      fc.tuple(
        fc.constantFrom('.', '..', '/', '\\', ';', '?', '#', '%', 'a', 'api', 'v1', 'v2'),
        fc.array(fc.infiniteStream(fc.boolean()), { maxLength: 3 }),
      ),
      { maxLength: 10 },
    )
    .map((pieces) =>
      pieces
        .map(([piece, layers]) =>
          layers.reduce<string>(
            (text, coins) =>
              Array.from(text)
                .map((char) => (coins.next().value ? escapeOf(char) : char))
                .join(''),
            piece,
          ),
        )
        .join(''),
    );

  function escapeOf(char: string): string {
    return `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }

  it('lets no spelling leave baseUrl, decoded up to twice', async () => {
    let admitted = 0;
    const property = fc.property(spelt, (path) => {
      let url: URL;
      try {
        url = new URL(PREFIXED.resolve(path));
      } catch (error) {
        return error instanceof CryptofuseDestinationException;
      }
      admitted += 1;
      const once = percentDecoded(url.pathname);
      const readings = [url.pathname, once, percentDecoded(once)].map(asRead);
      return (
        url.origin === 'https://tenant.example' &&
        readings.every((reading) => `${reading}/`.startsWith('/api/v1/'))
      );
    });
    await seededRun('no spelling leaves baseUrl', property, 3_000);
    expect(admitted).toBeGreaterThan(300);
  });

  it('resolves a resolved URL to itself', async () => {
    const property = fc.property(spelt, webPath(), (odd, plain) => {
      for (const path of [odd, plain]) {
        let url: string;
        try {
          url = PREFIXED.resolve(path);
        } catch {
          continue;
        }
        expect([PREFIXED.resolve(url), PREFIXED.check(url)]).toEqual([url, url]);
        expect(PREFIXED.admits(url)).toBe(true);
      }
    });
    await seededRun('resolving twice is resolving once', property, 1_000);
  });
});
