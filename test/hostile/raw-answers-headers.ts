import { closing, dripping, flooding, head, json, loose, ok } from './raw-answers-bytes.js';
import {
  asJson,
  everywhere,
  MALFORMED,
  server,
  SHORT,
  TOO_SLOW,
  value,
  type AnswerRow,
  type Ending,
} from './raw-answers-row.js';

const A = '{"a":1}';
const FINE = asJson(value(A));
const LENGTH = 'Content-Length: 7';
const DAY = 86_400_000;
/** Milliseconds that an unreadable or absurd `Retry-After` counts as. */
const MAX_DELAY = 5_000;

/** Names of headers that are also members of the objects that hold headers. */
const MEMBERS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'set'];
const MORE_MEMBERS = ['get', 'has', 'delete', 'clear', 'normalize', 'concat', 'forEach', 'length'];

/** Headers that are malformed, too many, too long or without end. */
export const HEADERS: readonly AnswerRow[] = [
  { name: 'ten thousand', answer: ok(A, ...many(10_000)), endings: MALFORMED },
  { name: 'a thousand', answer: ok(A, ...many(1_000)), endings: FINE },
  { name: 'one of 1 MB', answer: ok(A, `X-A: ${'x'.repeat(1_000_000)}`), endings: MALFORMED },
  { name: 'one of 15 kB', answer: ok(A, `X-A: ${'x'.repeat(15_000)}`), endings: FINE },
  { name: 'a name of 20 kB', answer: ok(A, `${'x'.repeat(20_000)}: a`), endings: MALFORMED },
  { name: 'NUL', answer: loose([LENGTH, 'X-A: a\0b'], A), endings: MALFORMED },
  { name: 'a bare line feed', answer: loose([LENGTH, 'X-A: a\nX-B: b'], A), endings: MALFORMED },
  { name: 'a bare carriage return', answer: loose([LENGTH, 'X-A: a\rb'], A), endings: MALFORMED },
  { name: 'Latin-1', answer: loose([LENGTH, 'X-A: \xe9\xff'], A), endings: FINE },
  { name: 'one folded', answer: loose([LENGTH, 'X-A: a\r\n b'], A), endings: MALFORMED },
  {
    name: 'a space before the colon',
    answer: loose(['Content-Length : 7'], A),
    endings: MALFORMED,
  },
  { name: 'no colon', answer: loose([LENGTH, 'nothing'], A), endings: MALFORMED },
  { name: 'no name', answer: loose([LENGTH, ': a'], A), endings: MALFORMED },
  { name: 'a space in a name', answer: loose([LENGTH, 'X A: b'], A), endings: MALFORMED },
  { name: 'no value', answer: loose([LENGTH, 'X-A:'], A), endings: FINE },
  {
    name: 'dripping byte by byte',
    answer: dripping('HTTP/1.1 200 OK\r\nX-A: ', 'x'),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  {
    name: 'dripping line by line',
    answer: dripping('HTTP/1.1 200 OK\r\n', 'X-A: x\r\n'),
    timeout: SHORT,
    endings: everywhere(TOO_SLOW),
  },
  { name: 'without end', answer: flooding('HTTP/1.1 200 OK\r\n', 'X: x\r\n'), endings: MALFORMED },
  { name: 'cut', answer: closing('HTTP/1.1 200 OK\r\nX-A: '), endings: cut() },
  {
    name: 'alone, then closed',
    answer: closing(head('HTTP/1.1 200 OK')),
    endings: asJson(value('nothing')),
  },
  ...[...MEMBERS, ...MORE_MEMBERS].map(named),
  { name: 'a thousand cookies', answer: ok(A, ...cookies()), endings: FINE },
];

/** Content types that are not JSON, or barely. */
export const CONTENT_TYPES: readonly AnswerRow[] = [
  typed('application/json', value(A)),
  typed('APPLICATION/JSON; charset=UTF-8', value(A)),
  typed('application/problem+json', value(A)),
  typed('', value(A)),
  typed('text/html', server('invalid_response')),
  typed('text/plain', server('invalid_response')),
  typed('application/json, text/html', server('invalid_response')),
  typed('application/jsonp', server('invalid_response')),
  typed('json', server('invalid_response')),
  typed(';;;', value(A)),
  typed(`application/${'x'.repeat(10_000)}+json`, value(A)),
  typed(`text/${'+'.repeat(10_000)}`, server('invalid_response')),
  typed('application/json; charset=utf-16', value(A)),
];

/** Redirects of a GET, of which at most five are followed, and none out of `baseUrl`. */
export const REDIRECTS: readonly AnswerRow[] = [
  followed('/fine/', everywhere(value('{"fine":true}'))),
  followed('.', everywhere(server('redirect_refused'))),
  followed('?again', everywhere(value('{"fine":true}'))),
  ...['', '#x'].map((place) => followed(place, everywhere(server('redirect_refused')))),
  ...['http://[', '//', 'javascript:alert(1)', 'https://evil.example/', '//evil.example/'].map(
    (place) => followed(place, everywhere(server('redirect_refused'))),
  ),
  ...['http://127.0.0.1/', 'file:///etc/passwd', '\\\\evil.example\\'].map((place) =>
    followed(place, everywhere(server('redirect_refused'))),
  ),
];

/** Absurd headers of a limit, a date or a location. */
export const ABSURDITIES: readonly AnswerRow[] = [
  ...['-5', '1e308', 'Infinity', 'NaN', '0x10', '1.5', '120, 120', '9'.repeat(400), 'soon'].map(
    (text) => limited(text, MAX_DELAY),
  ),
  ...['Mon, 01 Jan 1900 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '999999999999999'].map(
    (text) => limited(text, MAX_DELAY),
  ),
  limited('0', 0),
  limited('86400', DAY),
  {
    name: 'X-RateLimit',
    answer: ok(
      A,
      ...['Limit: -1', 'Remaining: 1e99', 'Reset: NaN', 'Reset: 99999999999999999999'].map(
        (text) => `X-RateLimit-${text}`,
      ),
    ),
    endings: FINE,
  },
  { name: 'Date', answer: ok(A, 'Date: Mon, 99 Foo 275760 99:99:99 GMT'), endings: FINE },
  { name: 'Date far ahead', answer: ok(A, 'Date: Fri, 31 Dec 9999 23:59:59 GMT'), endings: FINE },
  { name: 'Keep-Alive', answer: ok(A, 'Keep-Alive: timeout=-1, max=NaN'), endings: FINE },
  { name: 'Keep-Alive of ages', answer: ok(A, 'Keep-Alive: timeout=99999999999'), endings: FINE },
  { name: 'Keep-Alive of no time', answer: ok(A, 'Keep-Alive: timeout=0'), endings: FINE },
  { name: 'Connection', answer: ok(A, 'Connection: close, keep-alive, x'), endings: FINE },
  ...['', '/row/', 'http://[', 'javascript:alert(1)', '//', `/${'x'.repeat(10_000)}`, '\xff'].map(
    redirected,
  ),
];

function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `X-${index}: a`);
}

function cookies(): readonly string[] {
  return Array.from({ length: 1_000 }, () => 'Set-Cookie: a=b');
}

function cut(): AnswerRow['endings'] {
  return everywhere({
    exception: 'CryptofuseUnavailableException',
    code: 'connection_reset',
    outcome: 'unknown',
  });
}

/** Returns a row that sends `name` twice, for code that appends to an existing list. */
function named(name: string): AnswerRow {
  const lines = [`${name}: evil`, `${name}: evil`];
  return {
    name: `one called ${name}`,
    answer: ok(A, ...lines),
    endings: { ...FINE, bytes: value(A) },
  };
}

function typed(type: string, ending: Ending): AnswerRow {
  const lines = [`Content-Type: ${type}`, LENGTH];
  const answer = head('HTTP/1.1 200 OK', ...lines) + A;
  const name =
    type.length > 50 ? `${type.slice(0, 20)}… of ${type.length} characters` : `"${type}"`;
  return { name, answer, endings: { ...asJson(ending), text: value(A) } };
}

function limited(text: string, retryAfter: number): AnswerRow {
  const ending: Ending = {
    exception: 'CryptofuseRateLimitException',
    code: 'http_429',
    outcome: 'refused',
    retryAfter,
  };
  const name = `Retry-After: ${text.slice(0, 40)}`;
  return { name, answer: json(429, '{}', `Retry-After: ${text}`), endings: asJson(ending) };
}

function followed(location: string, endings: AnswerRow['endings']): AnswerRow {
  const lines = [`Location: ${location}`, 'Content-Length: 0'];
  return { name: `to "${location}"`, answer: head('HTTP/1.1 302 F', ...lines), endings };
}

/** A redirect of a POST, which is never followed. */
function redirected(location: string): AnswerRow {
  return {
    name: `Location: ${location.slice(0, 40)}`,
    answer: loose([LENGTH, `Location: ${location}`], A)
      .toString('latin1')
      .replace('200 OK', '302 F'),
    method: 'POST',
    endings: asJson(server('redirect_refused')),
  };
}
