import zlib from 'node:zlib';
import { closing, flooding, head, loose, ok } from './raw-answers-bytes.js';
import {
  everywhere,
  NOTHING,
  server,
  TOO_LARGE,
  unavailable,
  UNDECODABLE,
  value,
  type AnswerRow,
} from './raw-answers-row.js';

const A = '{"a":1}';
const BODY = Buffer.from(JSON.stringify({ a: 'one of many words '.repeat(10) }));
const MEGABYTE = 2 ** 20;
const FINE = everywhere(value(A));
const EMPTY: AnswerRow['endings'] = { ...NOTHING, stream: value('') };
const REFUSED = everywhere(unavailable('response_undecodable'));
/** The faces that read the whole body at once: a stream has no limit. */
const BOMB: AnswerRow['endings'] = { service: TOO_LARGE, bytes: TOO_LARGE };

const GZIP = zlib.gzipSync(BODY);
const CUTS = [1, 2, 9, 10, 11, GZIP.length >> 1, GZIP.length - 9, GZIP.length - 8, GZIP.length - 1];

/** Bodies whose encoding is not the stated one. */
export const CODINGS: readonly AnswerRow[] = [
  coded('gzip', zlib.gzipSync(A)),
  coded('X-GZIP', zlib.gzipSync(A)),
  coded('deflate', zlib.deflateSync(A)),
  { ...coded('deflate', zlib.deflateRawSync(A)), name: 'deflate without its header' },
  coded('br', zlib.brotliCompressSync(A)),
  coded('gzip, br', zlib.brotliCompressSync(zlib.gzipSync(A))),
  coded('identity', A),
  coded('', A),
  {
    ...coded('gzip', Buffer.concat([zlib.gzipSync('{"a"'), zlib.gzipSync(':1}')])),
    name: 'gzip of two parts',
  },
  ...['zstd', 'compress', 'constructor', '__proto__', 'aws-chunked', 'x'.repeat(10_000)].map(
    (coding) => ({ ...coded(coding, A), endings: REFUSED }),
  ),
  { ...coded('gzip', A), name: 'gzip that is plain', endings: REFUSED },
  { ...coded('br', A), name: 'br that is plain', endings: REFUSED },
  { ...coded('deflate', A), name: 'deflate that is plain', endings: REFUSED },
  { ...coded('br', GZIP), name: 'br that is gzip', endings: REFUSED },
  { ...coded('gzip', zlib.brotliCompressSync(A)), name: 'gzip that is br', endings: REFUSED },
  { ...coded('deflate', GZIP), name: 'deflate that is gzip', endings: REFUSED },
  {
    name: 'gzip of no bytes, in chunks',
    answer: loose(['Transfer-Encoding: chunked', 'Content-Encoding: gzip'], '0\r\n\r\n'),
    endings: EMPTY,
  },
  {
    name: 'an unknown coding of no bytes, in chunks',
    answer: loose(['Transfer-Encoding: chunked', 'Content-Encoding: zstd'], '0\r\n\r\n'),
    endings: EMPTY,
  },
  {
    name: 'gzip of no bytes',
    answer: ok('', 'Content-Encoding: gzip'),
    endings: EMPTY,
  },
  ...CUTS.map((length) => ({
    name: `gzip cut to ${length} of ${GZIP.length} bytes`,
    answer: ok(GZIP.subarray(0, length), 'Content-Encoding: gzip'),
    endings: UNDECODABLE,
  })),
  { name: 'gzip with a wrong checksum', answer: wrongChecksum(), endings: UNDECODABLE },
  {
    name: 'gzip cut with the connection',
    answer: closing(
      loose([`Content-Length: ${GZIP.length}`, 'Content-Encoding: gzip'], GZIP.subarray(0, 20)),
    ),
    endings: everywhere(unavailable('response_truncated')),
  },
  { ...coded(nested('gzip', 20), times(20)), name: 'gzip 20 times', endings: REFUSED },
  { ...coded(nested('gzip', 3_000), GZIP), name: 'gzip 3 000 times', endings: REFUSED },
  { ...coded(nested('br', 3_000), GZIP), name: 'br 3 000 times', endings: REFUSED },
  { ...coded(nested('identity', 1_500), A), name: 'identity 1 500 times' },
  { ...coded('gzip', times(1)), name: 'gzip once' },
  { ...coded(nested('gzip', 3), times(3)), name: 'gzip three times' },
];

/** Small bodies that decode to large ones. */
export const BOMBS: readonly AnswerRow[] = [
  {
    ...coded('gzip', zlib.gzipSync(Buffer.alloc(50 * MEGABYTE, ' '))),
    name: 'gzip',
    endings: BOMB,
  },
  {
    ...coded('deflate', zlib.deflateSync(Buffer.alloc(50 * MEGABYTE, ' '))),
    name: 'deflate',
    endings: BOMB,
  },
  { ...coded('br', brotli(50 * MEGABYTE)), name: 'br', endings: BOMB },
  {
    ...coded('gzip, gzip', zlib.gzipSync(zlib.gzipSync(Buffer.alloc(50 * MEGABYTE, ' ')))),
    name: 'gzip of gzip',
    endings: BOMB,
  },
  {
    ...coded('gzip', zlib.gzipSync(Buffer.alloc(50 * MEGABYTE, ' '))),
    name: 'gzip, as a stream',
    endings: { stream: value('16384 characters') },
  },
  {
    name: 'gzip of an error',
    answer: errorBomb(),
    endings: { service: server('http_500'), stream: server('http_500') },
  },
  {
    name: 'gzip parts without end',
    answer: flooding(
      loose(['Content-Encoding: gzip']),
      zlib.gzipSync(' '.repeat(1_000)).toString('latin1'),
    ),
    endings: BOMB,
  },
  {
    name: 'plain, a byte too large',
    answer: ok(Buffer.alloc(20 * MEGABYTE + 1, ' ')),
    endings: { service: TOO_LARGE },
  },
  {
    name: 'plain, as large as may be',
    answer: ok(`[${' '.repeat(20 * MEGABYTE - 2)}]`),
    endings: { service: value('[]') },
  },
];

function coded(coding: string, body: string | Buffer): AnswerRow {
  const name =
    coding.length > 40 ? `${coding.slice(0, 20)}… of ${coding.length} characters` : coding;
  return { name: `"${name}"`, answer: ok(body, `Content-Encoding: ${coding}`), endings: FINE };
}

function nested(coding: string, depth: number): string {
  return Array.from({ length: depth }, () => coding).join();
}

function times(depth: number): Buffer {
  return Array.from({ length: depth }).reduce<Buffer>(
    (body) => zlib.gzipSync(body),
    Buffer.from(A),
  );
}

function wrongChecksum(): Buffer {
  const bytes = Buffer.from(GZIP);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
  return ok(bytes, 'Content-Encoding: gzip');
}

function brotli(size: number): Buffer {
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 };
  return zlib.brotliCompressSync(Buffer.alloc(size, ' '), { params });
}

function errorBomb(): Buffer {
  const bomb = zlib.gzipSync(Buffer.alloc(50 * MEGABYTE, ' '));
  const lines = ['Content-Encoding: gzip', `Content-Length: ${bomb.length}`];
  return Buffer.concat([Buffer.from(head('HTTP/1.1 500 S', ...lines)), bomb]);
}
