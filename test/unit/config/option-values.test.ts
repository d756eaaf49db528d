import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configure } from '../../../lib/config/configure.js';
import { isBaseUrl, normalizeBaseUrl } from '../../../lib/config/option-values.js';
import { anyText } from '../../support/any-text.js';
import { refusedProperties } from '../../support/config-refusal.js';
import { seededRun } from '../../support/seeded-run.js';
import { webUrl } from '../../support/web-url.js';

const CREDENTIALS = { clientId: 'client', clientSecret: 's3cret-value' };

const TAKEN: readonly (readonly [stated: string, kept: string])[] = [
  ['https://api.cryptofuse.io', 'https://api.cryptofuse.io'],
  ['https://api.cryptofuse.com', 'https://api.cryptofuse.com'],
  ['https://api.cryptofuse.io/', 'https://api.cryptofuse.io'],
  ['HTTPS://API.Cryptofuse.IO', 'https://api.cryptofuse.io'],
  ['https://api.cryptofuse.io:443', 'https://api.cryptofuse.io'],
  ['https://api.cryptofuse.io:8443/', 'https://api.cryptofuse.io:8443'],
  ['https://tenant.example/api/v1', 'https://tenant.example/api/v1'],
  ['https://tenant.example/api/v1/', 'https://tenant.example/api/v1'],
  ['https://tenant.example/a%20b', 'https://tenant.example/a%20b'],
  ['https://tenant.example/é', 'https://tenant.example/%C3%A9'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://10.0.0.1/api', 'https://10.0.0.1/api'],
  ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
  ['https://tenant.example/a/./b', 'https://tenant.example/a/b'],
  ['http://localhost', 'http://localhost'],
  ['http://LOCALHOST:8000/', 'http://localhost:8000'],
  ['http://127.0.0.1:8000/api/', 'http://127.0.0.1:8000/api'],
  ['http://127.8.9.10', 'http://127.8.9.10'],
  ['http://127.1', 'http://127.0.0.1'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
];

const REFUSED: readonly string[] = [
  'api.cryptofuse.io',
  '//api.cryptofuse.io',
  '/api/v1',
  'https:',
  'https://',
  'https:///',
  'https:api.cryptofuse.io',
  'https:/api.cryptofuse.io',
  'https:///api.cryptofuse.io',
  'ftp://api.cryptofuse.io',
  'ws://localhost',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'blob:https://api.cryptofuse.io/x',
  'http://api.cryptofuse.io',
  'http://localhost.example',
  'http://localhost.',
  'http://127.0.0.1.example',
  'http://128.0.0.1',
  'http://0.0.0.0',
  'http://10.0.0.1',
  'http://[::2]',
  'http://[::ffff:127.0.0.1]',
  'https://user@api.cryptofuse.io',
  'https://user:password@api.cryptofuse.io',
  'https://:password@api.cryptofuse.io',
  'https://@api.cryptofuse.io',
  'https://api.cryptofuse.io@evil.example',
  'https://api.cryptofuse.io?',
  'https://api.cryptofuse.io?a=1',
  'https://api.cryptofuse.io/?a=1',
  'https://api.cryptofuse.io#',
  'https://api.cryptofuse.io/#top',
  'https://api.cryptofuse.io//',
  'https://api.cryptofuse.io//v1',
  'https://api.cryptofuse.io/v1//',
  'https://api.cryptofuse.io\\v1',
  'https://api.cryptofuse.io/v1\\',
  'https:\\\\api.cryptofuse.io',
  'https://api.cryptofuse.io/a%2fb',
  'https://api.cryptofuse.io/a%2Fb',
  'https://api.cryptofuse.io/a%5Cb',
  'https://api.cryptofuse.io/%2e%2e/b',
  'https://api.cryptofuse.io/.%2E/b',
  'https://api.cryptofuse.io/a%252fb',
  'https://api.cryptofuse.io/100%25',
  ' https://api.cryptofuse.io',
  'https://api.cryptofuse.io ',
  'https://api.cryptofuse.io/a b',
  'https://api.crypto fuse.io',
  'https://api.cryptofuse.io\n',
  'https://api.crypto\tfuse.io',
  'https://api.cryptofuse.io/\u0000',
  'https://api.cryptofuse.io/\u007f',
  'https://api.cryptofuse.io/\u0085',
  'https://api.cryptofuse.io/\u00a0',
  'https://api.cryptofuse.io/\u2028',
  'https://api.cryptofuse.io:99999',
  'https://api.cryptofuse.io:port',
  'https://api%00.cryptofuse.io',
  'https://evil.example\uff0fapi.cryptofuse.io',
  'https://[::1',
];

describe('baseUrl', () => {
  it.each(TAKEN)('keeps %j as %s', (baseUrl, kept) => {
    expect(configure({ ...CREDENTIALS, baseUrl }, {}).baseUrl).toBe(kept);
  });

  it.each(REFUSED.map((baseUrl) => [JSON.stringify(baseUrl), baseUrl] as const))(
    'refuses %s',
    (_, baseUrl) => {
      expect(refusedProperties(() => configure({ ...CREDENTIALS, baseUrl }, {}))).toEqual([
        'baseUrl',
      ]);
    },
  );

  it('is accepted however often it was accepted before', () => {
    const taken = Array.from({ length: 20_000 }, () => isBaseUrl('https://bücher.example'));
    expect(new Set(taken)).toEqual(new Set([true]));
  });

  it('does not change when it is normalised again', () => {
    for (const [, kept] of TAKEN) {
      expect(configure({ ...CREDENTIALS, baseUrl: kept }, {}).baseUrl).toBe(kept);
    }
  });
});

/** What URLs, and attacks on their readers, are put together from. */
const PARTS = [
  ...['http:', 'https:', 'HTTPS:', '/', '//', '\\', ':', ':443', ':8000', '@', '?', '#', ';'],
  ...['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::1]', '[::2]', '0.0.0.0'],
  ...['api.cryptofuse.io', 'evil.example', 'bücher.example', '①②⑦.0.0.1', 'user:pw', '。'],
  ...['api', 'v1', '.', '..', '%2e', '%2F', '%5c', '%25', '%00', '%41', '%', '\t', '\n', ' '],
  ...['\u00ad', '\uff0f', '\ufeff', '\u2028', '\u202e', 'é'],
];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const assembled = fc
  .array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const started = fc
  .tuple(fc.constantFrom('https://', 'http://'), fc.constantFrom(...PARTS), assembled)
  .map((parts) => parts.join(''));

describe('a baseUrl that is accepted', () => {
  it('is one origin, encrypted or loopback, and a prefix that stays one', async () => {
    const property = fc.property(fc.oneof(started, assembled, webUrl(), anyText()), (text) => {
      fc.pre(isBaseUrl(text));
      const kept = normalizeBaseUrl(text);
      const url = new URL(kept);
      expect(url.protocol === 'https:' || LOOPBACK.test(url.hostname)).toBe(true);
      expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
      expect(kept).not.toMatch(/\/$|%2f|%5c|%2e|%25|\\|@|\s/i);
      expect(url.pathname).not.toContain('//');
      expect(new URL(`${kept}/user/me/`).href).toBe(`${kept}/user/me/`);
      expect([isBaseUrl(kept), normalizeBaseUrl(kept)]).toEqual([true, kept]);
    });
    await seededRun('a base URL is one origin and prefix', property, 1_000);
  });

  it('is accepted with any path of plain segments', async () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_~-]{1,12}$/);
    const property = fc.property(fc.array(segment, { maxLength: 4 }), fc.boolean(), (path, end) => {
      const base = ['https://tenant.example', ...path].join('/');
      const stated = `${base}${end ? '/' : ''}`;
      expect([isBaseUrl(stated), normalizeBaseUrl(stated)]).toEqual([true, base]);
    });
    await seededRun('a plain path is a prefix', property, 200);
  });
});
