import { describe, expect, it } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { bodyBytes, isBytes } from '../../../lib/http/body-bytes.js';
import { JsonBody } from '../../../lib/http/body-json.js';
import { bodyHeaders } from '../../../lib/http/body-headers.js';
import { callBody } from '../../../lib/http/call-body.js';
import { uploadStream } from '../../../lib/http/upload-stream.js';
import { refusedProperties } from '../../support/config-refusal.js';

const TYPE = 'content-type';

class Form extends PassThrough {
  getHeaders(): Record<string, string> {
    return { [TYPE]: 'multipart/form-data; boundary=x' };
  }
}

describe('callBody', () => {
  it('writes JSON at once', () => {
    const body = { a: 1 };
    const sent = callBody(body, { a: 'b' });
    body.a = 2;
    expect(sent).toMatchObject({ body: { value: body, bytes: Buffer.from('{"a":1}') } });
    expect(sent.headers).toEqual({ a: 'b' });
    expect(callBody(undefined, { a: 'b' })).toEqual({ body: undefined, headers: { a: 'b' } });
  });

  it('takes JSON that has been written before', () => {
    const written = new JsonBody({ a: 1 });
    expect(callBody(written.value, {}, written).body).toBe(written);
  });

  it('refuses what JSON would lose', () => {
    expect(refusedProperties(() => callBody([NaN], {}))).toEqual(['body[0]']);
  });

  it('leaves anything else to the wire', () => {
    const bodies = ['x', Buffer.from('x'), new URLSearchParams(), new FormData(), new Blob([])];
    for (const body of [...bodies, new PassThrough(), () => new PassThrough()]) {
      expect(callBody(body, {})).toEqual({ body, headers: {} });
      expect(callBody(body, {}).body).toBe(body);
    }
  });

  it('refuses a stream that another call has taken', () => {
    const stream = Readable.from(['x']);
    uploadStream(stream);
    expect(refusedProperties(() => callBody(stream, {}))).toEqual(['body']);
  });
});

describe('bodyBytes', () => {
  it('tells bytes from what is none', () => {
    const none: unknown[] = [[1], { byteLength: 1 }, 'x', null, undefined, new Blob([])];
    expect(none.filter(isBytes)).toEqual([]);
    expect([new ArrayBuffer(1), new SharedArrayBuffer(1), Buffer.from('x')].every(isBytes)).toBe(
      true,
    );
  });

  it('takes bytes that are empty, and none that are gone', () => {
    expect(bodyBytes(new ArrayBuffer(0))).toHaveLength(0);
    expect(bodyBytes(new Uint8Array())).toHaveLength(0);
    const buffer = new ArrayBuffer(4);
    const views = [new Uint8Array(buffer), new DataView(buffer), new Uint16Array(buffer, 2)];
    structuredClone(buffer, { transfer: [buffer] });
    for (const gone of [buffer, ...views]) {
      expect(refusedProperties(() => bodyBytes(gone))).toEqual(['body']);
    }
  });
});

describe('bodyHeaders', () => {
  const typed = (type: string) => ({ [TYPE]: type, 'x-a': '1' });
  const PLAIN = 'multipart/form-data';

  it.each<[string, unknown, boolean, string]>([
    ['FormData under another boundary', new FormData(), false, `${PLAIN}; boundary=y`],
    ['FormData as JSON', new FormData(), false, 'application/json'],
    ['the package’s form as another', new Form(), false, `${PLAIN}; boundary=y`],
    ['JSON as a form', {}, true, ' Application/X-WWW-Form-Urlencoded ; charset=utf-8'],
    ['JSON as multipart', {}, true, `${PLAIN}; boundary=y`],
    ['text as multipart without a boundary', 'x', false, `${PLAIN};charset=utf-8`],
  ])('refuses %s', (_, body, isJson, type) => {
    expect(refusedProperties(() => bodyHeaders(typed(type), body, isJson))).toEqual([
      `headers["${TYPE}"]`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['FormData', new FormData(), PLAIN],
    ['FormData', new FormData(), ` ${PLAIN.toUpperCase()} ; charset=utf-8`],
    ['the package’s form', new Form(), PLAIN],
    ['the package’s form', new Form(), `${PLAIN}; boundary=x`],
  ])('leaves the type to %s, and other headers as they are', (_, body, type) => {
    expect(bodyHeaders(typed(type), body, false)).toEqual({ 'x-a': '1' });
  });

  it.each<[string, unknown, boolean, string]>([
    ['JSON', {}, true, 'application/vnd.api+json'],
    ['text', 'x', false, `${PLAIN}; boundary=y`],
    ['text', 'x', false, 'multipart/form-data-like'],
    ['nothing', undefined, false, PLAIN],
  ])('keeps the type stated of %s', (_, body, isJson, type) => {
    expect(bodyHeaders(typed(type), body, isJson)).toEqual(typed(type));
  });
});
