import fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { anyText } from '../support/any-text.js';
import { CLIENT_ID, CLIENT_SECRET, TOKEN } from './leaks.js';
import type { RawAnswer } from './raw-server.js';

/** What a server may say back of what it was sent. */
const ECHOES = [
  CLIENT_SECRET,
  TOKEN,
  `Bearer ${TOKEN}`,
  encodeURIComponent(CLIENT_SECRET),
  Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64'),
  Buffer.from([CLIENT_ID, CLIENT_SECRET].map(encodeURIComponent).join(':')).toString('base64'),
  `it says ${CLIENT_SECRET.repeat(3)} and ${TOKEN}.`,
];
const NAMES = [
  ...[
    'error',
    'code',
    'message',
    'details',
    'detail',
    'error_description',
    'hint',
    'required_scopes',
    'token_scopes',
  ],
  ...[
    'access_token',
    'token_type',
    'expires_in',
    'scope',
    'issued_at',
    '__proto__',
    'constructor',
    'toString',
    'then',
  ],
];
const STATUSES = [
  200, 201, 202, 203, 204, 205, 206, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404,
  405, 409,
];
const MORE_STATUSES = [
  410, 418, 422, 429, 451, 499, 500, 501, 502, 503, 504, 511, 599, 600, 999, 100, 101, 102, 103,
  199,
];

const text = fc.oneof(fc.constantFrom(...ECHOES), fc.constantFrom(...NAMES), anyText());
const leaf = fc.oneof(
  text,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    3_600,
    Number.MAX_VALUE,
    2 ** 53,
    'Bearer',
    'bearer',
    'read',
    'invalid_client',
    '',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** A document of JSON such as errors and tokens are, or are not. */
const anyDocument = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES), text),
          tie('value'),
        ),
        { maxLength: 5 },
      )
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** An error in a shape that the API, or OAuth, has; much of what is in it is read. */
const anyError = fc.oneof(
  fc.record({ error: fc.record({ code: text, message: text, details: anyDocument }) }),
  fc.record({ error: fc.oneof(fc.constant('invalid_client'), text), error_description: text }),
  fc.record({ detail: text }),
);

/** Text that no JSON is, or none of a usual kind. */
const oddBodies = [
  ...[
    '',
    ' ',
    'null',
    '[]',
    '{',
    '{}',
    '"',
    'NaN',
    '\ufeff{}',
    '{"a":1}{"b":2}',
    '<html>oops</html>',
    '[['.repeat(5_000),
  ],
  ...[
    '{"error":'.repeat(2_000),
    `{"access_token":"${TOKEN}"`,
    '{"access_token":"a\\r\\nx-evil: 1","token_type":"Bearer"}',
  ],
  ...[
    'x'.repeat(200_000),
    JSON.stringify({ error: CLIENT_SECRET.repeat(5_000) }),
    '{"expires_in":1e999}',
    '\0\0\0',
  ],
  ...[JSON.stringify({ access_token: 'y'.repeat(100_000), token_type: 'Bearer' })],
];

const body = fc.oneof(
  { weight: 3, arbitrary: anyError.map((document) => JSON.stringify(document)) },
  { weight: 4, arbitrary: anyDocument.map((document) => JSON.stringify(document)) },
  { weight: 1, arbitrary: fc.constantFrom(...oddBodies) },
  {
    weight: 1,
    arbitrary: fc.constant(
      JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 60 }),
    ),
  },
);

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

/** Where a redirect may lead. */
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

/** Bytes of an answer, well-formed as HTTP but for its headers, of any status and with any document. */
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
    text: body,
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

/** What is done to bytes: at a place of them, as a share of their length. */
interface Mutation {
  readonly kind: 'flip' | 'cut' | 'drop' | 'double' | 'insert' | 'length';
  readonly at: number;
  readonly size: number;
}

const INSERTED = [
  '\r\n',
  '\n',
  '\0',
  '\r\n\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  ' ',
  '\xff',
];

/** Bytes of an answer that was well-formed once: flipped, cut, doubled, with other lengths. */
export function mutatedAnswer(sink: string): fc.Arbitrary<RawAnswer> {
  const mutation = fc.record<Mutation>({
    kind: fc.constantFrom('flip', 'flip', 'cut', 'drop', 'double', 'insert', 'length'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    size: fc.integer({ min: 1, max: 40 }),
  });
  return fc
    .tuple(anyAnswer(sink), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([{ bytes, then }, mutations]) => ({ bytes: mutations.reduce(mutated, bytes), then }));
}

function mutated(bytes: Buffer, { kind, at, size }: Mutation): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.from([(after[0] ?? 0) ^ (1 << (size % 8))]),
        after.subarray(1),
      ]);
    case 'cut':
      return before;
    case 'drop':
      return Buffer.concat([before, after.subarray(size)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, size), after]);
    case 'insert':
      return Buffer.concat([
        before,
        Buffer.from(INSERTED[size % INSERTED.length] ?? '', 'latin1'),
        after,
      ]);
    case 'length': {
      const other = bytes
        .toString('latin1')
        .replace(/Content-Length: \d+/, `Content-Length: ${size * size - 1}`);
      return Buffer.from(other, 'latin1');
    }
  }
}
