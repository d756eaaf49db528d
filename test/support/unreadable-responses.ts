import type http from 'node:http';
import zlib from 'node:zlib';

/** Sends a response of this status, with these headers beside its own. */
export type Respond = (
  response: http.ServerResponse,
  status: number,
  headers?: Readonly<Record<string, string>>,
) => void;

/** More than any limit that a test states. */
const LARGE = 70_000;
/** Milliseconds in which a client has read what came before its connection is reset. */
const READING = 50;
const TEXT = JSON.stringify({
  error: { code: 'hidden', message: 'Nobody can read this. '.repeat(9) },
});
const GZIP = zlib.gzipSync(TEXT);

/** Returns the way to send `body` as if it had the content coding `coding`. */
function coded(coding: string, body: string | Buffer): Respond {
  return (response, status, headers) => {
    const type = { 'content-type': 'application/json', 'content-encoding': coding };
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { ...type, ...length, ...headers }).end(body);
  };
}

/** Returns the way to send a head, and then whatever `rest` does to the connection. */
function broken(
  framing: Readonly<Record<string, string>>,
  rest: (response: http.ServerResponse) => void,
): Respond {
  return (response, status, headers) => {
    response.writeHead(status, { 'content-type': 'application/json', ...framing, ...headers });
    response.flushHeaders();
    rest(response);
  };
}

const HUNDRED = { 'content-length': '100' };

/** Bodies that cannot be read, whatever the status is. */
export const UNREADABLE: readonly (readonly [name: string, respond: Respond])[] = [
  ['plain that says it is gzip', coded('gzip', TEXT)],
  ['plain that says it is br', coded('br', TEXT)],
  ['gzip that is cut', coded('gzip', GZIP.subarray(0, 30))],
  ['of the unknown coding zstd', coded('zstd', TEXT)],
  ['of the unknown coding foo', coded('foo', TEXT)],
  ['of six codings', coded(Array.from({ length: 6 }, () => 'gzip').join(), GZIP)],
  [
    'that is cut with the connection',
    broken(HUNDRED, (response) => {
      response.write(TEXT.slice(0, 10), () => response.socket?.end());
    }),
  ],
  ['that never begins', broken(HUNDRED, (response) => response.socket?.end())],
  [
    'gzip that is cut with the connection',
    broken({ ...HUNDRED, 'content-encoding': 'gzip' }, (response) => {
      response.write(GZIP.subarray(0, 10), () => response.socket?.end());
    }),
  ],
  [
    'whose connection is reset',
    broken(HUNDRED, (response) => {
      response.write(TEXT.slice(0, 10), () => {
        setTimeout(() => response.socket?.resetAndDestroy(), READING);
      });
    }),
  ],
  [
    'whose chunks are cut',
    broken({}, (response) => {
      response.write(TEXT.slice(0, 10), () => response.socket?.end());
    }),
  ],
  [
    'whose chunks are none',
    broken({ 'transfer-encoding': 'chunked' }, (response) => response.socket?.end('zz\r\n')),
  ],
  [
    'that is too large',
    (response, status, headers) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(Buffer.alloc(LARGE, ' '));
    },
  ],
  ['gzip that becomes too large', coded('gzip', zlib.gzipSync(Buffer.alloc(LARGE, ' ')))],
];

/** Codings under which no byte of body is an empty body. */
export const CODINGS = ['gzip', 'br', 'deflate', 'gzip, br', 'zstd', 'foo', 'x,'.repeat(9)];

/** Sends no byte of body under `coding`: with its length, in chunks, or until the connection ends. */
export const EMPTY: readonly (readonly [name: string, respond: (coding: string) => Respond])[] = [
  ['of the length 0', (coding) => coded(coding, '')],
  [
    'in chunks',
    (coding) =>
      broken({ 'transfer-encoding': 'chunked', 'content-encoding': coding }, (response) =>
        response.end(),
      ),
  ],
  [
    'until the connection ends',
    (coding) => (response, status, headers) => {
      response.useChunkedEncodingByDefault = false;
      response.removeHeader('transfer-encoding');
      response.writeHead(status, {
        connection: 'close',
        'content-encoding': coding,
        ...headers,
      });
      response.flushHeaders();
      response.end();
    },
  ],
];
