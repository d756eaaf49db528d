import fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { anyText } from '../support/any-text.js';
import { anyAnswerText, ECHOES } from './answer-text.js';
import type { RawAnswer } from './raw-server.js';

const STATUSES = [
  200, 201, 202, 203, 204, 205, 206, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404,
  405, 409,
];
const MORE_STATUSES = [
  410, 418, 422, 429, 451, 499, 500, 501, 502, 503, 504, 511, 599, 600, 999, 100, 101, 102, 103,
  199,
];

const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  'deflate ': deflateRawSync,
  br: brotliCompressSync,
  'gzip, br': (bytes) => brotliCompressSync(gzipSync(bytes)),
  'gzip, gzip, gzip': (bytes) => gzipSync(bytes),
  compress: (bytes) => bytes,
  zstd: (bytes) => bytes,
  '': (bytes) => bytes,
};

const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '-1',
    '99999999999999999999',
    '1e3',
    'NaN',
    '3600',
    '1704445200',
    'chunked',
    'identity',
    'close',
  ),
  fc.constantFrom(
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'never',
    ...ECHOES,
  ),
  fc.constantFrom(
    'text/html',
    'application/json;charset=utf-16',
    'application/problem+json',
    'multipart/form-data',
    ',',
  ),
  anyText().filter((value) => !/[\r\n]/.test(value)),
);
const headerName = fc.constantFrom(
  ...[
    'Retry-After',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
    'Date',
    'WWW-Authenticate',
    'Set-Cookie',
  ],
  ...[
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Upgrade',
    'Trailer',
    'X-Any',
    '__proto__',
  ],
);

/** Returns locations for redirects. */
function locations(sink: string): string[] {
  return [
    '/',
    '/api/v1/payments/',
    '/api/v1/../x',
    'other/',
    '//evil.example/',
    `${sink}/`,
    `http://user@${sink.slice(7)}/`,
    '',
    'http://',
  ];
}

/** Draws the bytes of a response, well-formed except for its headers, of any status and with any document. */
export function anyAnswer(sink: string): fc.Arbitrary<RawAnswer> {
  const parts = fc.record({
    status: fc.constantFrom(...STATUSES, ...STATUSES, ...MORE_STATUSES),
    headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 }),
    location: fc.option(fc.constantFrom(...locations(sink)), { nil: undefined }),
    coding: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(CODINGS)) },
    ),
    isChunked: fc.boolean(),
    text: anyAnswerText,
    then: fc.constantFrom('keep', 'keep', 'end', 'reset' as const),
  });
  return parts.map(({ status, headers, location, coding, isChunked, text: content, then }) => {
    const bytes = CODINGS[coding]?.(Buffer.from(content)) ?? Buffer.alloc(0);
    const lines = [`HTTP/1.1 ${status} Any`, 'Content-Type: application/json'];
    if (coding !== '') lines.push(`Content-Encoding: ${coding}`);
    if (location !== undefined) lines.push(`Location: ${location}`);
    lines.push(...headers.map(([name, value]) => `${name}: ${value}`));
    lines.push(isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`);
    const framed = isChunked ? chunked(bytes) : bytes;
    return { bytes: Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), framed]), then };
  });
}

function chunked(bytes: Buffer): Buffer {
  const half = Math.floor(bytes.length / 2);
  const chunks = [bytes.subarray(0, half), bytes.subarray(half)].filter(({ length }) => length > 0);
  const written = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...written, Buffer.from('0\r\n\r\n')]);
}
