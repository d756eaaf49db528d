import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import zlib from 'node:zlib';
import { codingsOf, decodeBody, decodeStream } from '../../../lib/transport/content-decoding.js';
import { TransportFailure } from '../../../lib/contracts/transport.js';
import { rejectionOf } from '../../support/rejection-of.js';
import { seededRun } from '../../support/seeded-run.js';

const TEXT = Buffer.from('{"payments":[{"id":"pay_1","amount":"10.00"},{"id":"pay_2"}]}');
const LIMIT = 1_000_000;

const WAYS: readonly (readonly [name: string, coding: string, encode: (body: Buffer) => Buffer])[] =
  [
    ['gzip', 'gzip', (body) => zlib.gzipSync(body)],
    ['gzip, stored', 'gzip', (body) => zlib.gzipSync(body, { level: 0 })],
    ['x-gzip', 'x-gzip', (body) => zlib.gzipSync(body)],
    ['deflate with a zlib header', 'deflate', (body) => zlib.deflateSync(body)],
    ['deflate, best', 'deflate', (body) => zlib.deflateSync(body, { level: 9 })],
    ['raw deflate', 'deflate', (body) => zlib.deflateRawSync(body)],
    ['raw deflate, stored', 'deflate', (body) => zlib.deflateRawSync(body, { level: 0 })],
    ['br', 'br', (body) => zlib.brotliCompressSync(body)],
  ];

async function failureOf(promise: Promise<unknown>): Promise<TransportFailure> {
  const error = await rejectionOf(promise);
  if (error instanceof TransportFailure) return error;
  throw new Error('It is no TransportFailure.', { cause: error });
}

describe('codingsOf', () => {
  it.each<[string | readonly string[] | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['gzip', ['gzip']],
    ['GZip', ['gzip']],
    [' gzip ', ['gzip']],
    ['gzip, br', ['br', 'gzip']],
    ['identity, gzip', ['gzip']],
    ['gzip,,', ['gzip']],
    [
      ['gzip', 'br'],
      ['br', 'gzip'],
    ],
    ['zstd', ['zstd']],
  ])('reads %j as %j', (header, codings) => {
    expect(codingsOf(header)).toEqual(codings);
  });
});

describe.each(WAYS)('%s', (_, coding, encode) => {
  it('is undone', async () => {
    expect(await decodeBody(encode(TEXT), [coding], LIMIT)).toEqual(TEXT);
    expect(await decodeBody(encode(Buffer.alloc(0)), [coding], LIMIT)).toEqual(Buffer.alloc(0));
  });

  it('is undone whatever was encoded', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
    const property = fc.asyncProperty(bytes, async (body) => {
      expect((await decodeBody(encode(body), [coding], LIMIT)).equals(body)).toBe(true);
    });
    await seededRun(`${coding} round trip`, property, 100);
  });

  it('is refused if it was cut, at any byte', async () => {
    const encoded = encode(TEXT);
    for (let length = 1; length < encoded.length; length += 1) {
      const failure = await failureOf(decodeBody(encoded.subarray(0, length), [coding], LIMIT));
      expect([length, failure.code]).toEqual([length, 'response_undecodable']);
    }
  });

  it('is accepted at the limit and refused one byte above it', async () => {
    const body = Buffer.alloc(200_000, 'a');
    const failure = await failureOf(decodeBody(encode(body), [coding], body.length - 1));
    expect(failure).toMatchObject({ code: 'response_too_large', outcome: 'unknown' });
    expect((await decodeBody(encode(body), [coding], body.length)).length).toBe(body.length);
  });
});

describe('decodeBody', () => {
  it.each(['gzip', 'deflate', 'br'])('refuses text that says it is %s', async (coding) => {
    const failure = await failureOf(decodeBody(TEXT, [coding], LIMIT));
    expect(failure.code).toBe('response_undecodable');
    expect(failure.message).not.toContain('pay_1');
  });

  it.each([
    ['gzip', zlib.brotliCompressSync(TEXT)],
    ['br', zlib.gzipSync(TEXT)],
    ['deflate', zlib.gzipSync(TEXT)],
    ['gzip', zlib.deflateSync(TEXT)],
  ])('refuses %s that is something else', async (coding, encoded) => {
    expect(await failureOf(decodeBody(encoded, [coding], LIMIT))).toMatchObject({
      code: 'response_undecodable',
    });
  });

  it.each(['gzip', 'deflate'])('refuses %s with a wrong checksum', async (coding) => {
    const encoded = coding === 'gzip' ? zlib.gzipSync(TEXT) : zlib.deflateSync(TEXT);
    const byte = encoded.length - (coding === 'gzip' ? 5 : 1);
    encoded.writeUInt8(encoded.readUInt8(byte) ^ 1, byte);
    expect((await failureOf(decodeBody(encoded, [coding], LIMIT))).code).toBe(
      'response_undecodable',
    );
  });

  it.each(['zstd', 'compress', 'constructor', '__proto__', 'x'.repeat(500)])(
    'refuses the unknown coding %s',
    async (coding) => {
      const failure = await failureOf(decodeBody(TEXT, [coding], LIMIT));
      expect(failure.code).toBe('response_undecodable');
      expect(failure.message.length).toBeLessThan(120);
    },
  );

  it('undoes stacked codings in reverse, within the limit at each step', async () => {
    const stacked = zlib.brotliCompressSync(zlib.gzipSync(zlib.deflateSync(TEXT)));
    const codings = codingsOf('deflate, gzip, br');
    expect(await decodeBody(stacked, codings, LIMIT)).toEqual(TEXT);
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(5_000_000)));
    expect(await failureOf(decodeBody(bomb, ['gzip', 'gzip'], LIMIT))).toMatchObject({
      code: 'response_too_large',
    });
  });

  it('accepts five codings and refuses six', async () => {
    const codings = Array.from({ length: 6 }, () => 'gzip');
    const encode = (body: Buffer): Buffer => zlib.gzipSync(body);
    const five = codings.slice(1).reduce(encode, TEXT);
    expect(await decodeBody(five, codings.slice(1), LIMIT)).toEqual(TEXT);
    expect(await failureOf(decodeBody(encode(five), codings, LIMIT))).toMatchObject({
      code: 'response_undecodable',
    });
  });

  it('leaves a body without a coding as it is', async () => {
    expect(await decodeBody(TEXT, [], 1)).toBe(TEXT);
  });
});

describe('decodeStream', () => {
  it.each(WAYS)('undoes %s', async (_, coding, encode) => {
    const body = Readable.from([...encode(TEXT)].map((byte) => Buffer.from([byte])));
    expect(await buffer(await decodeStream(body, [coding]))).toEqual(TEXT);
  });

  it('undoes stacked codings, and leaves a stream without one as it is', async () => {
    const stacked = Readable.from([zlib.brotliCompressSync(zlib.gzipSync(TEXT))]);
    expect(await buffer(await decodeStream(stacked, ['br', 'gzip']))).toEqual(TEXT);
    const plain = Readable.from([TEXT]);
    expect(await decodeStream(plain, [])).toBe(plain);
  });

  it.each(WAYS)('fails if %s was cut, and ends the source', async (_, coding, encode) => {
    const body = Readable.from([encode(TEXT).subarray(0, -3)]);
    await rejectionOf(buffer(await decodeStream(body, [coding])));
    expect(body.destroyed).toBe(true);
  });

  it.each(['gzip', 'deflate'])('passes on an error of the source of %s', async (coding) => {
    const body = new Readable({ read: () => undefined });
    const decoded = await decodeStream(body, [coding]);
    const broken = rejectionOf(buffer(decoded));
    body.destroy(new Error('connection broke'));
    await broken;
    expect(decoded.destroyed).toBe(true);
  });

  it.each(['gzip', 'deflate'])('ends the source if nobody reads %s', async (coding) => {
    const body = Readable.from([zlib.gzipSync(TEXT), zlib.gzipSync(TEXT)]);
    const closed = new Promise((resolve) => body.once('close', resolve));
    (await decodeStream(body, [coding])).destroy();
    await closed;
    expect(body.destroyed).toBe(true);
  });

  it('fails if the source of deflate breaks halfway', async () => {
    const body = new Readable({ read: () => undefined });
    const broken = rejectionOf(buffer(await decodeStream(body, ['deflate'])));
    body.push(zlib.deflateSync(TEXT).subarray(0, 9));
    setImmediate(() => body.destroy(new Error('connection broke')));
    expect(String(await broken)).toContain('connection broke');
  });

  it('undoes stacked deflate of both forms', async () => {
    const stacked = Readable.from([zlib.deflateRawSync(zlib.deflateSync(TEXT))]);
    expect(await buffer(await decodeStream(stacked, ['deflate', 'deflate']))).toEqual(TEXT);
  });

  it.each([[['zstd']], [['gzip', 'zstd']], [Array.from({ length: 6 }, () => 'gzip')]])(
    'refuses the codings %j, and ends the source',
    async (codings) => {
      const body = Readable.from([TEXT]);
      expect((await failureOf(decodeStream(body, codings))).code).toBe('response_undecodable');
      expect(body.destroyed).toBe(true);
    },
  );

  it.each([['gzip'], ['br'], ['deflate'], ['gzip', 'br'], ['zstd'], Array(6).fill('gzip')])(
    'returns an empty body for an empty one with the codings %j %j',
    async (...codings: string[]) => {
      expect(await decodeBody(Buffer.alloc(0), codings, LIMIT)).toHaveLength(0);
      expect(await buffer(await decodeStream(Readable.from([]), codings))).toHaveLength(0);
    },
  );

  it('passes on an error before the first byte of an unknown coding', async () => {
    const body = new Readable({ read: () => undefined });
    const broken = rejectionOf(decodeStream(body, ['zstd']));
    body.destroy(new Error('connection broke'));
    expect(String(await broken)).toContain('connection broke');
  });
});
