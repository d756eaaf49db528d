import {
  closing,
  dripping,
  flooding,
  head,
  inPieces,
  json,
  loose,
  ok,
  resetting,
} from './raw-answers-bytes.js';
import {
  asJson,
  CUT,
  everywhere,
  MALFORMED,
  NOT_JSON,
  NOTHING,
  refused,
  server,
  SHORT,
  TOO_LARGE,
  TOO_SLOW,
  UNLIMITED,
  value,
  wholeFirst,
  type AnswerRow,
} from './raw-answers-row.js';

const A = '{"a":1}';
const CHUNKED = 'Transfer-Encoding: chunked';
const ONE_CHUNK = `7\r\n${A}\r\n`;
const STOLEN = ok('{"stolen":true}');

/** Lengths that differ from that of the body. */
export const LENGTHS: readonly AnswerRow[] = [
  { name: 'no length, then closed', answer: closing(loose([], A)), endings: asJson(value(A)) },
  {
    name: 'no length, and never closed',
    answer: loose([], A),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  { name: 'too long', answer: closing(loose(['Content-Length: 100'], A)), endings: CUT },
  {
    name: 'too long, then reset',
    answer: resetting(loose(['Content-Length: 9'], A)),
    endings: CUT,
  },
  {
    name: 'too long, and never closed',
    answer: loose(['Content-Length: 100'], A),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  {
    name: 'too short',
    answer: closing(loose(['Content-Length: 3'], A)),
    endings: MALFORMED,
    onUndici: wholeFirst({ ...asJson(NOT_JSON), text: value('{"a'), bytes: value('{"a') }),
  },
  { name: 'negative', answer: closing(loose(['Content-Length: -7'], A)), endings: MALFORMED },
  { name: 'hexadecimal', answer: closing(loose(['Content-Length: 0x7'], A)), endings: MALFORMED },
  { name: 'with a sign', answer: closing(loose(['Content-Length: +7'], A)), endings: MALFORMED },
  { name: 'a list', answer: closing(loose(['Content-Length: 7, 7'], A)), endings: MALFORMED },
  { name: 'empty', answer: closing(loose(['Content-Length:'], A)), endings: MALFORMED },
  {
    name: 'beyond 64 bits',
    answer: closing(loose([`Content-Length: ${'9'.repeat(30)}`], A)),
    endings: MALFORMED,
  },
  {
    name: 'a petabyte',
    answer: loose(['Content-Length: 1000000000000000'], A),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  {
    name: 'stated twice, alike',
    answer: closing(loose(['Content-Length: 7', 'Content-Length: 7'], A)),
    endings: MALFORMED,
  },
  {
    name: 'stated twice, differently',
    answer: closing(loose(['Content-Length: 7', 'Content-Length: 3'], A)),
    endings: MALFORMED,
  },
  {
    name: 'beside chunks',
    answer: closing(loose(['Content-Length: 7', CHUNKED], `${ONE_CHUNK}0\r\n\r\n`)),
    endings: MALFORMED,
  },
];

/** Chunks that are cut, malformed or without end. */
export const CHUNKS: readonly AnswerRow[] = [
  {
    name: 'a byte at a time',
    answer: inPieces(loose([CHUNKED], `${ONE_CHUNK}0\r\n\r\n`), 1),
    endings: asJson(value(A)),
  },
  ...['', '7', '7\r', '7\r\n', '7\r\n{"a', `7\r\n${A}`, `7\r\n${A}\r`, ONE_CHUNK].map(cutAfter),
  ...[`${ONE_CHUNK}0`, `${ONE_CHUNK}0\r\n`, `${ONE_CHUNK}0\r\n\r`].map(cutAfter),
  { name: 'an odd size', answer: loose([CHUNKED], 'zz\r\n'), endings: MALFORMED },
  { name: 'a negative size', answer: loose([CHUNKED], '-1\r\n'), endings: MALFORMED },
  {
    name: 'a size beyond 64 bits',
    answer: loose([CHUNKED], `${'f'.repeat(20)}\r\n`),
    endings: MALFORMED,
  },
  {
    name: 'a size that is too small',
    answer: loose([CHUNKED], `3\r\n${A}\r\n0\r\n\r\n`),
    endings: MALFORMED,
  },
  { name: 'bare line feeds', answer: loose([CHUNKED], `7\n${A}\n0\n\n`), endings: MALFORMED },
  {
    name: 'trailers',
    answer: loose([CHUNKED], `${ONE_CHUNK}0\r\nX-A: b\r\n\r\n`),
    endings: asJson(value(A)),
  },
  {
    name: 'trailers without end',
    answer: flooding(loose([CHUNKED], `${ONE_CHUNK}0\r\n`), `X-A: ${'b'.repeat(50)}\r\n`),
    endings: MALFORMED,
  },
  {
    name: 'an extension of 1 MB',
    answer: loose([CHUNKED], `7;${'x'.repeat(1_000_000)}\r\n${A}\r\n0\r\n\r\n`),
    endings: MALFORMED,
    onUndici: { because: UNLIMITED, endings: everywhere(value(A)) },
  },
  {
    name: 'extensions without end',
    answer: flooding(loose([CHUNKED], '7;'), 'x'),
    timeout: SHORT,
    endings: MALFORMED,
    onUndici: { because: UNLIMITED, endings: everywhere(TOO_SLOW) },
  },
  {
    name: 'another coding of the transfer',
    answer: closing(loose(['Transfer-Encoding: gzip, chunked'], `${ONE_CHUNK}0\r\n\r\n`)),
    endings: asJson(value(A)),
  },
  {
    name: 'an unknown coding of the transfer, then closed',
    answer: closing(loose(['Transfer-Encoding: cow'], A)),
    endings: asJson(value(A)),
  },
];

/** Bytes after a response, for no request: they must not become the response to the next one. */
export const UNASKED: readonly AnswerRow[] = [
  { name: 'a second answer', answer: joined(ok(A), STOLEN), endings: everywhere(value(A)) },
  {
    name: 'a hundred answers',
    answer: joined(ok(A), ...Array.from({ length: 100 }, () => STOLEN)),
    endings: everywhere(value(A)),
  },
  {
    name: 'half an answer',
    answer: joined(ok(A), STOLEN.subarray(0, 50)),
    endings: everywhere(value(A)),
  },
  {
    name: 'an interim answer',
    answer: joined(ok(A), head('HTTP/1.1 100 C')),
    endings: everywhere(value(A)),
  },
  { name: 'empty lines', answer: joined(ok(A), '\r\n\r\n'), endings: everywhere(value(A)) },
  {
    name: 'garbage',
    answer: joined(ok(A), 'garbage'),
    endings: MALFORMED,
    onUndici: wholeFirst(everywhere(value(A))),
  },
  {
    name: 'a second answer, behind chunks',
    answer: joined(loose([CHUNKED], `${ONE_CHUNK}0\r\n\r\n`), STOLEN),
    endings: everywhere(value(A)),
  },
  {
    name: 'a second answer, behind 204',
    answer: joined(head('HTTP/1.1 204 N'), STOLEN),
    endings: { ...NOTHING, stream: value('') },
  },
  {
    name: 'a second answer, behind HEAD',
    answer: joined(ok(''), STOLEN),
    method: 'HEAD',
    endings: { ...NOTHING, stream: value('') },
  },
  {
    name: 'a second answer, behind an error',
    answer: joined(json(422, '{"error":{"code":"x"}}'), STOLEN),
    endings: everywhere(refused('x')),
  },
];

/** Bodies without end. */
export const ENDLESS: readonly AnswerRow[] = [
  {
    name: 'that drips',
    answer: dripping(loose([CHUNKED]), '1\r\n \r\n'),
    timeout: SHORT,
    endings: { ...asJson(TOO_SLOW), text: TOO_SLOW, bytes: TOO_SLOW },
  },
  {
    name: 'that floods in chunks of a byte',
    answer: flooding(loose([CHUNKED]), '1\r\n \r\n'),
    timeout: SHORT,
    endings: { service: TOO_SLOW, bytes: TOO_SLOW },
  },
  {
    name: 'that floods',
    answer: flooding(loose([]), ' '),
    endings: { service: TOO_LARGE, bytes: TOO_LARGE },
  },
  {
    name: 'that floods in chunks',
    answer: flooding(loose([CHUNKED]), `4000\r\n${' '.repeat(16_384)}\r\n`),
    endings: { service: TOO_LARGE, bytes: TOO_LARGE },
  },
  {
    name: 'that stands still',
    answer: loose(['Content-Length: 100'], '{'),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  {
    name: 'of an error, that floods',
    answer: flooding(head('HTTP/1.1 500 S'), 'x'),
    endings: { service: server('http_500'), stream: server('http_500') },
  },
  {
    name: 'of an error, that drips',
    answer: dripping(head('HTTP/1.1 500 S'), 'x'),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
];

function joined(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function cutAfter(rest: string): AnswerRow {
  return {
    name: `cut after ${JSON.stringify(rest)}`,
    answer: closing(loose([CHUNKED], rest)),
    endings: CUT,
  };
}
