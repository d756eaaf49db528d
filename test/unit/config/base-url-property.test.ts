import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBaseUrl, normalizeBaseUrl } from '../../../lib/config/base-url.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';
import { webUrl } from '../../support/web-url.js';

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

describe('baseUrl that is taken', () => {
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

  it('is taken with any path of plain segments', async () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_~-]{1,12}$/);
    const property = fc.property(fc.array(segment, { maxLength: 4 }), fc.boolean(), (path, end) => {
      const base = ['https://tenant.example', ...path].join('/');
      const stated = `${base}${end ? '/' : ''}`;
      expect([isBaseUrl(stated), normalizeBaseUrl(stated)]).toEqual([true, base]);
    });
    await seededRun('a plain path is a prefix', property, 200);
  });
});
