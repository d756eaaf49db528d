import {
  answer,
  closing,
  flooding,
  head,
  json,
  loose,
  ok,
  resetting,
} from './raw-answers-bytes.js';
import {
  asJson,
  everywhere,
  MALFORMED,
  NOTHING,
  RESET,
  server,
  SHORT,
  TOO_SLOW,
  UNASKED_100,
  UNLIMITED,
  value,
  type AnswerRow,
} from './raw-answers-row.js';

const A = '{"a":1}';
const OK = ok(A).toString();

/** Status lines that are malformed, or not HTTP. */
export const STATUS_LINES: readonly AnswerRow[] = [
  { name: 'HTTP/0.9', answer: closing('<html>hello</html>'), endings: MALFORMED },
  { name: 'HTTP/3.0', answer: head('HTTP/3.0 200 OK', 'Content-Length: 0'), endings: MALFORMED },
  { name: 'no version', answer: head('HTTP 200 OK'), endings: MALFORMED },
  { name: 'another protocol', answer: 'SSH-2.0-OpenSSH_9.6\r\n', endings: MALFORMED },
  { name: 'a TLS alert', answer: '\x15\x03\x01\x00\x02\x02\x46', endings: MALFORMED },
  { name: 'zeroes', answer: Buffer.alloc(2_000), endings: MALFORMED },
  { name: 'nothing, then closed', answer: closing(''), endings: RESET },
  { name: 'nothing, then reset', answer: resetting(''), endings: RESET },
  { name: 'half a status line', answer: closing('HTTP/1.1 20'), endings: RESET },
  {
    name: 'status 000',
    answer: head('HTTP/1.1 000 X', 'Content-Length: 0'),
    endings: everywhere(server('http_0')),
    onUndici: { because: 'no status is below 100', endings: MALFORMED },
  },
  { name: 'status 9', answer: head('HTTP/1.1 9 X', 'Content-Length: 0'), endings: MALFORMED },
  { name: 'status 99', answer: head('HTTP/1.1 99 X', 'Content-Length: 0'), endings: MALFORMED },
  { name: 'status 9999', answer: head('HTTP/1.1 9999 X', 'Content-Length: 0'), endings: MALFORMED },
  { name: 'status -1', answer: head('HTTP/1.1 -1 X', 'Content-Length: 0'), endings: MALFORMED },
  { name: 'status 600', answer: json(600, A), endings: everywhere(server('http_600')) },
  { name: 'status 999', answer: json(999, A), endings: everywhere(server('http_999')) },
  { name: 'no reason', answer: OK.replace(' S\r', '\r'), endings: asJson(value(A)) },
  {
    name: 'a reason of 1 MB',
    answer: closing(head(`HTTP/1.1 200 ${'x'.repeat(1_000_000)}`)),
    endings: MALFORMED,
    onUndici: { because: UNLIMITED, endings: { ...NOTHING, stream: value('') } },
  },
  {
    name: 'a status line that never ends',
    answer: flooding('HTTP/1.1 200 ', 'x'),
    timeout: SHORT,
    endings: MALFORMED,
    onUndici: { because: UNLIMITED, endings: everywhere(TOO_SLOW) },
  },
];

/** Interim responses, and final ones that may not have a body. */
export const INTERIM_AND_BODILESS: readonly AnswerRow[] = [
  {
    name: '100 first',
    answer: `${head('HTTP/1.1 100 C')}${OK}`,
    endings: asJson(value(A)),
    onUndici: { because: UNASKED_100, endings: asJson(server('response_malformed')) },
  },
  {
    name: '103 first, with headers',
    answer: `${head('HTTP/1.1 103 Early', 'Content-Type: text/html')}${OK}`,
    endings: asJson(value(A)),
  },
  {
    name: '102 a thousand times',
    answer: `${head('HTTP/1.1 102 P').repeat(1_000)}${OK}`,
    endings: asJson(value(A)),
  },
  {
    name: '100 without end',
    answer: flooding('', head('HTTP/1.1 100 C')),
    timeout: SHORT,
    endings: { service: TOO_SLOW, stream: TOO_SLOW },
    onUndici: { because: UNASKED_100, endings: MALFORMED },
  },
  {
    name: '100 alone, then closed',
    answer: closing(head('HTTP/1.1 100 C')),
    endings: RESET,
    onUndici: { because: UNASKED_100, endings: MALFORMED },
  },
  {
    name: '101 that nobody asked for',
    answer: head('HTTP/1.1 101 S', 'Upgrade: websocket', 'Connection: Upgrade'),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
    onUndici: { because: 'nobody asked for another protocol', endings: MALFORMED },
  },
  { name: '204', answer: head('HTTP/1.1 204 N'), endings: { ...NOTHING, stream: value('') } },
  {
    name: '204 with a body',
    answer: closing(answer(204, A)),
    endings: { ...NOTHING, stream: value('') },
  },
  {
    name: '204 with a length, and no body',
    answer: head('HTTP/1.1 204 N', 'Content-Length: 7'),
    endings: { ...NOTHING, stream: value('') },
  },
  {
    name: '204 as gzip of a type',
    answer: head('HTTP/1.1 204 N', 'Content-Encoding: gzip', 'Content-Type: text/html'),
    endings: NOTHING,
  },
  { name: '205 with a body', answer: json(205, A), endings: asJson(value(A)) },
  {
    name: '304',
    answer: head('HTTP/1.1 304 N'),
    endings: everywhere(server('http_304', 'refused')),
  },
  {
    name: '304 with the length of what has not changed',
    answer: head('HTTP/1.1 304 N', 'Content-Length: 7'),
    endings: everywhere(server('http_304', 'refused')),
  },
  { name: '200 of no bytes', answer: ok(''), endings: NOTHING },
  { name: 'HEAD', answer: ok('').toString(), method: 'HEAD', endings: NOTHING },
  {
    name: 'HEAD with a body',
    answer: closing(ok(A)),
    method: 'HEAD',
    endings: { ...NOTHING, stream: value('') },
  },
  {
    name: 'HEAD as gzip of a length',
    answer: loose(['Content-Length: 500', 'Content-Encoding: gzip']),
    method: 'HEAD',
    endings: NOTHING,
  },
];
