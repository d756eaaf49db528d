import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withQuery, type Query } from '../../../lib/request/query-string.js';
import { refusedProperties } from '../../support/config-refusal.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';

const URL_ = 'https://api.cryptofuse.io/payments/';

describe('withQuery', () => {
  it.each<[Query | undefined, string]>(
    [
      [undefined, ''],
      [{}, ''],
      [{ a: undefined, b: null }, ''],
      [{ a: [] }, ''],
      [{ a: '' }, '?a='],
      [{ a: 'x', b: 'y' }, '?a=x&b=y'],
      [{ a: ['x', 'y', 'x'] }, '?a=x&a=y&a=x'],
      [{ a: 0, b: -1.5, c: 1e21 }, '?a=0&b=-1.5&c=1e%2B21'],
      [{ a: 12_345_678_901_234_567_890n }, '?a=12345678901234567890'],
      [{ a: true, b: false }, '?a=true&b=false'],
      [{ a: new Date('2025-01-01T00:00:00+02:00') }, '?a=2024-12-31T22%3A00%3A00.000Z'],
      [{ a: [new Date(0), 5n, true, 'x'] }, '?a=1970-01-01T00%3A00%3A00.000Z&a=5&a=true&a=x'],
      [{ 'a b': 'c d&e=f#g?h/i+j%k' }, '?a+b=c+d%26e%3Df%23g%3Fh%2Fi%2Bj%25k'],
      [{ ä: '€😀' }, '?%C3%A4=%E2%82%AC%F0%9F%98%80'],
      [{ a: 'x\r\ny' }, '?a=x%0D%0Ay'],
      [new URLSearchParams('a=1&a=2&b='), '?a=1&a=2&b='],
      [new URLSearchParams(), ''],
      [new Map() as never, 'refused'],
    ].filter(([, text]) => text !== 'refused') as [Query | undefined, string][],
  )('writes %p as %s', (query, text) => {
    expect(withQuery(URL_, query)).toBe(`${URL_}${text}`);
  });

  it('appends to an existing query', () => {
    expect(withQuery(`${URL_}?a=1`, { a: 2 })).toBe(`${URL_}?a=1&a=2`);
    expect(withQuery(`${URL_}?a=1`, { b: undefined })).toBe(`${URL_}?a=1`);
    expect(withQuery(`${URL_}?a=1`, new URLSearchParams('b=2'))).toBe(`${URL_}?a=1&b=2`);
  });

  it('reads only own properties', () => {
    const query = Object.assign(Object.create({ evil: '1' }) as Record<string, string>, { a: '1' });
    expect(withQuery(URL_, query)).toBe(`${URL_}?a=1`);
  });

  it.each<[string, unknown]>([
    ['an object', { nested: 1 }],
    ['a list in a list', [['x']]],
    ['an object in a list', ['x', {}]],
    ['a boxed string', Object('x')],
    ['a function', () => 'x'],
    ['a symbol', Symbol('x')],
    ['an invalid date', new Date(NaN)],
    ['NaN', NaN],
    ['Infinity in a list', [1, -Infinity]],
    ['a Map', new Map([['a', 1]])],
    ['a RegExp', /x/],
  ])('refuses %s as a value', (_, value) => {
    const query = { good: 'x', status: value } as unknown;
    expect(refusedProperties(() => withQuery(URL_, query as Query))).toEqual(['query["status"]']);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'status=paid'],
    ['a number', 5],
    ['a list', [['status', 'paid']]],
    ['a Map', new Map([['status', 'paid']])],
    ['a Set', new Set(['status'])],
    ['a boxed string', Object('a=1')],
    ['a function', () => ({ status: 'paid' })],
  ])('refuses %s as a query rather than ignore it', (_, query) => {
    expect(refusedProperties(() => withQuery(URL_, query as Query))).toEqual(['query']);
  });

  it('names the parameter it refuses in one short line', () => {
    const query = { [`a\nb${'x'.repeat(500)}`]: {} } as unknown;
    const [property = ''] = refusedProperties(() => withQuery(URL_, query));
    expect(property).not.toContain('\n');
    expect(property.length).toBeLessThan(100);
  });

  it('writes a query that reads back unchanged', async () => {
    const values = fc.array(anyText(), { maxLength: 4 });
    const query = fc.dictionary(anyText(), values);
    const property = fc.property(query, (stated) => {
      const url = new URL(withQuery(URL_, stated));
      const expected = Object.entries(stated).flatMap(([name, list]) =>
        list.map((value) => [name, value]),
      );
      expect([...url.searchParams]).toEqual(expected);
      expect([url.origin, url.pathname, url.hash]).toEqual([
        'https://api.cryptofuse.io',
        '/payments/',
        '',
      ]);
    });
    await seededRun('a query survives', property, 500);
  });
});
