import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CryptofuseConfigException } from '../../../lib/exceptions/cryptofuse-config.exception.js';
import { JsonBody } from '../../../lib/request/body-json.js';
import { isFormDataPackage, isOneShot, uploadStream } from '../../../lib/request/body-stream.js';
import { bodyBytes, callBody, encodeBody, isBytes, NO_BODY } from '../../../lib/request/body.js';
import { bodyHeaders } from '../../../lib/request/headers.js';
import { refusedProperties } from '../../support/config-refusal.js';
import { rejectionOf } from '../../support/rejection-of.js';
import { seededRun } from '../../support/seeded-run.js';

const TYPE = 'content-type';

class Form extends PassThrough {
  getHeaders(): Record<string, string> {
    return { [TYPE]: 'multipart/form-data; boundary=x' };
  }
}

describe('callBody', () => {
  it('serialises JSON at once', () => {
    const body = { a: 1 };
    const sent = callBody(body, { a: 'b' });
    body.a = 2;
    expect(sent).toMatchObject({ body: { value: body, bytes: Buffer.from('{"a":1}') } });
    expect(sent.headers).toEqual({ a: 'b' });
    expect(callBody(undefined, { a: 'b' })).toEqual({ body: undefined, headers: { a: 'b' } });
  });

  it('reuses JSON that was serialised before', () => {
    const written = new JsonBody({ a: 1 });
    expect(callBody(written.value, {}, written).body).toBe(written);
  });

  it('refuses what JSON would lose', () => {
    expect(refusedProperties(() => callBody([NaN], {}))).toEqual(['body[0]']);
  });

  it('passes on any other body unchanged', () => {
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
  it('tells bytes from anything else', () => {
    const none: unknown[] = [[1], { byteLength: 1 }, 'x', null, undefined, new Blob([])];
    expect(none.filter(isBytes)).toEqual([]);
    expect([new ArrayBuffer(1), new SharedArrayBuffer(1), Buffer.from('x')].every(isBytes)).toBe(
      true,
    );
  });

  it('accepts empty bytes and refuses detached ones', () => {
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
  ])('leaves the content type to %s and keeps other headers', (_, body, type) => {
    expect(bodyHeaders(typed(type), body, false)).toEqual({ 'x-a': '1' });
  });

  it.each<[string, unknown, boolean, string]>([
    ['JSON', {}, true, 'application/vnd.api+json'],
    ['text', 'x', false, `${PLAIN}; boundary=y`],
    ['text', 'x', false, 'multipart/form-data-like'],
    ['nothing', undefined, false, PLAIN],
  ])('keeps the content type that is set for %s', (_, body, isJson, type) => {
    expect(bodyHeaders(typed(type), body, isJson)).toEqual(typed(type));
  });
});

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain;charset=UTF-8';
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const BYTES = 'application/octet-stream';

async function sent(body: unknown): Promise<{ type: string | undefined; bytes: Buffer }> {
  const { body: wire, headers } = await encodeBody(callBody(body, {}).body);
  if (wire === undefined) throw new Error('There is no body.');
  const bytes = wire instanceof Readable ? await buffer(wire) : Buffer.from(wire);
  return { type: headers['content-type'], bytes };
}

async function* chunks(): AsyncGenerator<string> {
  yield 'ab';
  await Promise.resolve();
  yield 'cd';
}

function webStream(): ReadableStream {
  return new Blob(['abcd']).stream() as ReadableStream;
}

/** A form like that of the `form-data` package: a legacy stream with headers. */
function formDataPackage() {
  return {
    getHeaders: () => ({ 'content-type': 'multipart/form-data; boundary=x' }),
    pipe: (target: NodeJS.WritableStream) => target.end('abcd'),
  };
}

const NUMBERS = new Uint16Array([0x6261, 0x6463, 0x6665, 0x6867]);

describe('encodeBody', () => {
  it.each<[string, unknown, string, string]>([
    ['an object', { a: [1, null, 'é'] }, JSON_TYPE, '{"a":[1,null,"é"]}'],
    ['a list', [1, 2], JSON_TYPE, '[1,2]'],
    ['null', null, JSON_TYPE, 'null'],
    ['a number', 0, JSON_TYPE, '0'],
    ['a boolean', false, JSON_TYPE, 'false'],
    ['a date', new Date(0), JSON_TYPE, '"1970-01-01T00:00:00.000Z"'],
    ['an object with toJSON', { toJSON: () => ({ b: 1 }) }, JSON_TYPE, '{"b":1}'],
    ['members that are undefined', { a: undefined, b: 1 }, JSON_TYPE, '{"b":1}'],
    ['text', 'é€😀', TEXT, 'é€😀'],
    ['empty text', '', TEXT, ''],
    ['a Buffer', Buffer.from('abcd'), BYTES, 'abcd'],
    ['a part of bytes', new Uint8Array(Buffer.from('xabcdx')).subarray(1, 5), BYTES, 'abcd'],
    ['an ArrayBuffer', new Uint8Array(Buffer.from('abcd')).buffer, BYTES, 'abcd'],
    ['a DataView', new DataView(NUMBERS.buffer, 2, 4), BYTES, 'cdef'],
    ['a Uint16Array', NUMBERS, BYTES, 'abcdefgh'],
    ['a part of a Uint16Array', NUMBERS.subarray(1, 3), BYTES, 'cdef'],
    ['a form', new URLSearchParams({ 'a b': 'c&d', e: 'é' }), FORM, 'a+b=c%26d&e=%C3%A9'],
    ['an empty form', new URLSearchParams(), FORM, ''],
    ['a Blob', new Blob(['ab', 'cd'], { type: 'image/png' }), 'image/png', 'abcd'],
    ['a Blob without a type', new Blob(['abcd']), BYTES, 'abcd'],
    ['a File', new File(['abcd'], 'x.csv', { type: 'text/csv' }), 'text/csv', 'abcd'],
    ['a Readable', Readable.from([Buffer.from('ab'), Buffer.from('cd')]), BYTES, 'abcd'],
    ['a web stream', webStream(), BYTES, 'abcd'],
    ['an async iterable', chunks(), BYTES, 'abcd'],
    ['the form-data package', formDataPackage(), 'multipart/form-data; boundary=x', 'abcd'],
  ])('sends %s with its own content type', async (_, body, type, text) => {
    expect(await sent(body)).toEqual({ type, bytes: Buffer.from(text, 'utf8') });
  });

  it('sends nothing for undefined', async () => {
    expect(await encodeBody(undefined)).toBe(NO_BODY);
    expect(NO_BODY).toEqual({ body: undefined, headers: {} });
  });

  it('writes FormData as multipart, with its boundary', async () => {
    const form = new FormData();
    form.set('amount', '10.00');
    form.set('file', new File(['content'], 'x.csv', { type: 'text/csv' }));
    const { type, bytes } = await sent(form);
    const boundary = /^multipart\/form-data; ?boundary=(.+)$/.exec(type ?? '')?.[1] ?? 'none';
    const text = bytes.toString('utf8');
    expect(text).toContain(boundary);
    expect(text).toContain('name="amount"\r\n\r\n10.00\r\n');
    expect(text).toContain('filename="x.csv"\r\nContent-Type: text/csv\r\n\r\ncontent\r\n');
  });

  it('sends the length of a Blob', async () => {
    const { headers } = await encodeBody(new Blob(['é']));
    expect(headers['content-length']).toBe('2');
  });

  it('reads a Readable only when it is read itself', async () => {
    const stream = new PassThrough();
    const { body } = await encodeBody(stream);
    expect(Readable.isDisturbed(stream)).toBe(false);
    stream.end('late');
    expect((await buffer(body as Readable)).toString()).toBe('late');
  });

  const cycle: Record<string, unknown> = { secret: 'quoted-value' };
  cycle['self'] = cycle;

  it.each<[string, unknown, string]>([
    ['a cycle', cycle, 'body.self'],
    ['a bigint', 5n, 'body'],
    ['a bigint inside', { note: 'quoted-value', amount: 5n }, 'body.amount'],
    ['a function', () => 'x', 'body'],
    ['a symbol', Symbol('quoted-value'), 'body'],
    ['an object whose toJSON gives nothing', { toJSON: () => undefined }, 'body'],
  ])('refuses %s, and quotes nothing of it', async (_, body, path) => {
    const error = await rejectionOf(sent(body));
    if (!(error instanceof CryptofuseConfigException))
      throw new Error('Another.', { cause: error });
    expect(error.problems.map(({ property }) => property)).toEqual([path]);
    expect(error.message).not.toContain('quoted-value');
    expect(error.cause).toBeUndefined();
  });

  it('serialises any JSON value as JSON.stringify does', async () => {
    const property = fc.asyncProperty(fc.jsonValue(), async (value) => {
      if (typeof value === 'string') return;
      expect((await sent(value)).bytes.toString('utf8')).toBe(JSON.stringify(value));
    });
    await seededRun('JSON is sent as JSON', property, 200);
  });
});

describe('isOneShot', () => {
  it.each<[string, unknown, boolean]>([
    ['a Readable', Readable.from(['x']), true],
    ['a PassThrough', new PassThrough(), true],
    ['a web stream', webStream(), true],
    ['an async iterable', chunks(), true],
    ['the form-data package', formDataPackage(), true],
    ['undefined', undefined, false],
    ['null', null, false],
    ['text', 'x', false],
    ['bytes', Buffer.from('x'), false],
    ['an ArrayBuffer', new ArrayBuffer(1), false],
    ['a list', [1], false],
    ['an object', { pipe: 1 }, false],
    ['a form', new URLSearchParams('a=1'), false],
    ['FormData', new FormData(), false],
    ['a Blob', new Blob(['x']), false],
    ['a function', () => 'x', false],
  ])('is right about %s', (_, body, isOnce) => {
    expect(isOneShot(body)).toBe(isOnce);
  });

  it.each([null, undefined, 'x', {}, { getHeaders: 1, pipe: 1 }, { getHeaders: () => ({}) }])(
    'does not take %p for the form-data package',
    (body) => {
      expect(isFormDataPackage(body)).toBe(false);
    },
  );

  it('lets any other body be sent twice', async () => {
    for (const body of [
      new Blob(['x']),
      new FormData(),
      'x',
      { a: 1 },
      new URLSearchParams('a=1'),
    ]) {
      expect(isOneShot(body)).toBe(false);
      const [first, second] = [await sent(body), await sent(body)];
      expect(second.bytes.length).toBe(first.bytes.length);
    }
  });
});
