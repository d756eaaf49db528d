import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  GatheredBytes,
  mediaTypeOf,
  readErrorJson,
  readJson,
  UnreadableBody,
} from '../../../lib/transport/response-content.js';
import { seededRun } from '../../support/seeded-run.js';

function gathered(pieces: readonly Uint8Array[]): GatheredBytes {
  const bytes = new GatheredBytes();
  for (const piece of pieces) bytes.add(Buffer.from(piece));
  return bytes;
}

describe('GatheredBytes', () => {
  it('returns all bytes in order, whatever the pieces', async () => {
    const small = fc.uint8Array({ maxLength: 40 });
    const large = fc.uint8Array({ minLength: 4_000, maxLength: 17_000 });
    const pieces = fc.array(fc.oneof(small, large), { maxLength: 30 });
    const property = fc.property(pieces, (some) => {
      const bytes = gathered(some);
      const whole = Buffer.concat(some);
      expect(bytes.size).toBe(whole.length);
      // Not toEqual, which looks at each byte by itself.
      expect(bytes.take().equals(whole)).toBe(true);
    });
    await seededRun('gathered bytes', property, 200);
  });

  it('returns a single piece itself', () => {
    const piece = Buffer.from('piece');
    const bytes = new GatheredBytes();
    bytes.add(piece);
    expect(bytes.take()).toBe(piece);
  });

  it('returns no bytes for no pieces', () => {
    expect(new GatheredBytes().take()).toEqual(Buffer.alloc(0));
  });
});

const BOM = '\ufeff';

function read(text: string | Buffer, type?: string): unknown {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return readJson(bytes, type === undefined ? {} : { 'content-type': type });
}

describe('mediaTypeOf', () => {
  it.each<[string | readonly string[] | undefined, string]>([
    [undefined, ''],
    ['', ''],
    ['application/json', 'application/json'],
    [' Application/JSON ; charset=utf-8', 'application/json'],
    ['text/html;charset=x;y=z', 'text/html'],
    [';charset=utf-8', ''],
  ])('reads %j as %j', (header, type) => {
    expect(mediaTypeOf({ 'content-type': header })).toBe(type);
  });
});

describe('readJson', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    ' application/json ; odata=x',
    'application/problem+json',
    'application/vnd.cryptofuse.v1+json; charset=utf-8',
    '',
    undefined,
  ])('reads %j', (type) => {
    expect(read('{"a":[1,null]}', type)).toEqual({ a: [1, null] });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['0', 0],
    ['""', ''],
    ['[]', []],
    [' \n{} ', {}],
    [`${BOM}{"a":"é"}`, { a: 'é' }],
    [`${BOM}null`, null],
  ])('parses %j', (text, value) => {
    expect(read(text, 'application/json')).toEqual(value);
  });

  it.each([Buffer.from('{"a":"é"}', 'latin1'), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])])(
    'refuses invalid UTF-8, except in an error',
    (bytes) => {
      expect(read(bytes, 'application/json')).toMatchObject({ reason: 'is not in UTF-8' });
      expect(JSON.stringify(readErrorJson(bytes, {}))).toContain('\ufffd');
    },
  );

  it.each(['application/json', 'text/html', undefined])(
    'returns nothing for no bytes of %j',
    (type) => {
      expect(read('', type)).toBeUndefined();
    },
  );

  it.each([
    'text/html',
    'text/plain',
    'text/json',
    'application/octet-stream',
    'application/jsonx',
    'application/x-json',
    'application/json-seq',
    'application/+json',
    'application/a/b+json',
    'image/svg+json',
    'json',
    'application/json, text/html',
  ])('does not read %s', (type) => {
    const body = read('{"a":1}', type);
    if (!(body instanceof UnreadableBody)) throw new Error('It was read.');
    const named = type.startsWith('text/html') || type === 'text/plain' ? `${type}, ` : '';
    expect([body.reason, body.text]).toEqual([`is ${named}not JSON`, '{"a":1}']);
  });

  it.each([
    ' ',
    BOM,
    `${BOM}${BOM}{}`,
    '{',
    '{"a":1}x',
    "{'a':1}",
    '{"a":1,}',
    'NaN',
    'undefined',
    '<html>',
    '{"a":1}{"b":2}',
    '"\u0001"',
  ])('does not read %j as JSON', (text) => {
    const body = read(text, 'application/json');
    if (!(body instanceof UnreadableBody)) throw new Error('It was read.');
    expect(body.reason).toBe('is not the JSON its header says');
  });

  it('does not read other encodings as JSON', () => {
    const utf16 = Buffer.from('{"a":1}', 'utf16le');
    expect(read(utf16, 'application/json; charset=utf-16')).toBeInstanceOf(UnreadableBody);
  });

  it('treats __proto__ like any other name', () => {
    const body = read('{"__proto__":{"polluted":1}}', 'application/json');
    expect(Object.keys(body as object)).toEqual(['__proto__']);
    expect(body).not.toHaveProperty('polluted');
  });

  it('reads what JSON.stringify writes, with and without BOM', async () => {
    const property = fc.property(fc.jsonValue(), fc.constantFrom('', BOM), (value, mark) => {
      const text = JSON.stringify(value);
      expect(read(`${mark}${text}`, 'application/json')).toEqual(JSON.parse(text));
    });
    await seededRun('JSON survives', property, 300);
  });

  it('never throws', async () => {
    const bytes = fc.uint8Array({ maxLength: 50 });
    const property = fc.property(bytes, fc.string(), (list, type) => {
      readJson(Buffer.from(list), { 'content-type': type });
    });
    await seededRun('no bytes make it throw', property, 500);
  });
});
