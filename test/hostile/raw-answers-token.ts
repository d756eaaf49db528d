import zlib from 'node:zlib';
import { answer, closing, dripping, flooding, head, json, loose, ok } from './raw-answers-bytes.js';
import type { RawAnswer } from '../support/raw-answers.js';
import { server, unavailable, UNASKED_100, value, type Ending } from './raw-answers-row.js';
import { transportUnderTest } from '../support/transport-under-test.js';

/** A response of the token endpoint, and the expected result of a token request. */
export interface TokenRow {
  readonly name: string;
  readonly answer: RawAnswer;
  readonly timeout?: number;
  /** The token, its scopes and its lifetime in seconds, if there is a token. */
  readonly ending: Ending;
  /** The ending of a call that needs a token, if it differs. */
  readonly callEnding?: Ending;
  /** The result on undici, if it differs. */
  readonly onUndici?: { readonly because: string; readonly ending: Ending };
}

/** Returns the expected result of a token request on the transport of this run. */
export function tokenEndingOf({ ending, onUndici }: TokenRow): Ending {
  return transportUnderTest === 'undici' ? (onUndici?.ending ?? ending) : ending;
}

const NO_TOKEN = server('invalid_token_response', 'not-sent');
const NO_OAUTH = server('http_200', 'not-sent');
const SLOW: Ending = {
  exception: 'CryptofuseTimeoutException',
  code: 'token_timeout',
  outcome: 'not-sent',
};
const GOOD = { access_token: 'abc.DEF-1_2~3+4/5==', token_type: 'Bearer', expires_in: 3_600 };
const T = GOOD.access_token;
const ISSUED = value(`${T} read write 3600`);
const TEXT = JSON.stringify(GOOD);
const SHORT = 700;
/** A flood that is not waited out is retried, after random pauses for which there must be time. */
const FLOODED = transportUnderTest === 'undici' ? undefined : SHORT;
const KILOBYTE = 1_024;
/** Milliseconds that an unreadable or absurd `Retry-After` counts as. */
const MAX_DELAY = 5_000;

/** Responses with one wrong member each. */
export const TOKEN_MEMBERS: readonly TokenRow[] = [
  ...['', ' ', 'a b', 'a\tb', 'a\n', '\u0000', 'é', '…', '\ud800', ' a', 'x'.repeat(50_000)].map(
    (token) => stated({ access_token: token }, NO_TOKEN),
  ),
  ...[undefined, null, 42, true, [T], { value: T }].map((token) =>
    stated({ access_token: token }, NO_TOKEN),
  ),
  ...['mac', 'DPoP', '', 'Bearer ', 'bearer,mac', undefined, null, 1, ['Bearer'], {}].map((type) =>
    stated({ token_type: type }, NO_TOKEN),
  ),
  ...['bearer', 'BEARER', 'bEaReR'].map((type) => stated({ token_type: type }, ISSUED)),
  ...[undefined, null].map((seconds) => stated({ expires_in: seconds }, ISSUED)),
  ...['3600', ' 3600 ', 3600.0].map((seconds) => stated({ expires_in: seconds }, ISSUED)),
  ...['', 'soon', '1e3', '0x10', 'Infinity', true, [], {}].map((seconds) =>
    stated({ expires_in: seconds }, NO_TOKEN),
  ),
  stated({ expires_in: 0 }, value(`${T} read write 0`)),
  stated({ expires_in: -5 }, value(`${T} read write -5`)),
  stated({ expires_in: 36_000 }, value(`${T} read write 36000`)),
  stated({ expires_in: 1e300 }, value(`${T} read write 2147483647`)),
  { name: 'expires_in of 1e400', answer: ok(TEXT.replace('3600', '1e400')), ending: NO_TOKEN },
  stated({ scope: 'read' }, value(`${T} read 3600`)),
  stated({ scope: 'write  read' }, value(`${T} write read 3600`)),
  ...[undefined, null].map((scope) => stated({ scope }, ISSUED)),
  ...[1, true, ['read'], {}, 'a"b', 'read\nwrite', 'é', 'r '.repeat(5_000)].map((scope) =>
    stated({ scope }, NO_TOKEN),
  ),
  ...[1, null, [], 'x'.repeat(1_000)].map((other) => stated({ issued_at: other, id: {} }, ISSUED)),
  stated({ access_token: 'x'.repeat(3_000) }, value('3016 characters')),
];

/** Responses that are not token responses at all. */
export const TOKEN_BODIES: readonly TokenRow[] = [
  ...['', 'null', '[]', '42', '"token"', '{}', `[${TEXT}]`, `{"data":${TEXT}}`].map((body) => ({
    name: named(body),
    answer: ok(body),
    ending: NO_TOKEN,
  })),
  ...[TEXT.slice(0, -1), `${TEXT}x`, `${TEXT}${TEXT}`, 'access_token=a&token_type=Bearer'].map(
    (body) => ({ name: named(body), answer: ok(body), ending: NO_TOKEN }),
  ),
  row('a BOM', ok(`\ufeff${TEXT}`), ISSUED),
  row('UTF-16', ok(Buffer.from(TEXT, 'utf16le')), NO_TOKEN),
  row('Latin-1', ok(Buffer.from(TEXT.replace('}', ',"a":"é"}'), 'latin1')), NO_TOKEN),
  row('its members in __proto__', ok(`{"__proto__":${TEXT}}`), NO_TOKEN),
  row('__proto__ beside', ok(TEXT.replace('{', '{"__proto__":{"scope":"x"},')), ISSUED),
  row('constructor beside', ok(TEXT.replace('{', '{"constructor":{"prototype":{"a":1}},')), ISSUED),
  row('depth', ok(TEXT.replace('}', `,"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`)), ISSUED),
  row('an error beside', json(200, error('invalid_client')), refusal()),
  ...['null', '""'].map((none) =>
    row(`error: ${none} beside`, ok(TEXT.replace('{', `{"error":${none},`)), ISSUED),
  ),
  row('an error object beside', ok(TEXT.replace('{', '{"error":{},')), NO_OAUTH),
  row('HTML', answer(200, '<html>', 'Content-Type: text/html'), NO_TOKEN),
  row('JSON called HTML', answer(200, TEXT, 'Content-Type: text/html'), NO_TOKEN),
  row('JSON called a form', answer(200, TEXT, 'Content-Type: text/plain'), NO_TOKEN),
  row('JSON called nothing', answer(200, TEXT), ISSUED),
  row('gzip', ok(zlib.gzipSync(TEXT), 'Content-Encoding: gzip'), ISSUED),
  row('cut gzip', ok(zlib.gzipSync(TEXT).subarray(0, 30), 'Content-Encoding: gzip'), undecodable()),
  row('64 kB', ok(TEXT.padEnd(64 * KILOBYTE)), ISSUED),
  row('a byte over 64 kB', ok(TEXT.padEnd(64 * KILOBYTE + 1)), tooLarge()),
  row('a bomb', bomb(), tooLarge()),
  row('a flood', flooding(loose([]), ' '), tooLarge()),
  row('a drip', dripping(loose([]), ' '), SLOW, SHORT),
  row('nothing', dripping('', ''), SLOW, SHORT),
  row('headers that drip', dripping('HTTP/1.1 200 OK\r\nX: ', 'x'), SLOW, SHORT),
  {
    ...row('100 without end', flooding('', head('HTTP/1.1 100 C')), SLOW, FLOODED),
    onUndici: { because: UNASKED_100, ending: server('response_malformed', 'not-sent') },
  },
  row('a cut', closing(loose(['Content-Length: 500'], TEXT)), notSent('response_truncated')),
  row('a closed connection', closing(''), notSent('connection_reset')),
  row('garbage', closing('garbage'), server('response_malformed', 'not-sent')),
  row('a TLS alert', '\x15\x03\x01\x00\x02\x02\x46', server('response_malformed', 'not-sent')),
];

/** Tokens with another status, and errors of any kind. */
export const TOKEN_STATUSES: readonly TokenRow[] = [
  ...[201, 202, 203, 206, 226, 299, 300, 399, 500, 503, 600, 999].map((status) =>
    row(`a token with ${status}`, json(status, TEXT), server(`http_${status}`, 'not-sent')),
  ),
  ...[301, 302, 303, 307, 308].map((status) =>
    row(`a token with ${status}`, json(status, TEXT, 'Location: /o/token/'), redirect()),
  ),
  row('status 000', json(0, TEXT), server('response_malformed', 'not-sent')),
  row('304 with a token', json(304, TEXT), server('http_304', 'not-sent')),
  row('204', head('HTTP/1.1 204 N'), server('http_204', 'not-sent')),
  row('a token with 401', json(401, TEXT), server('http_401', 'not-sent')),
  row('404 HTML', answer(404, '<html>', 'Content-Type: text/html'), server('http_404', 'not-sent')),
  row('401 invalid_client', json(401, error('invalid_client')), refusal()),
  row('200 invalid_grant', json(200, error('invalid_grant')), refusal('invalid_grant')),
  row('500 invalid_client', json(500, error('invalid_client')), refusal()),
  row('invalid_client in Latin-1', latinRefusal(), refusal()),
  row('invalid_scope', json(400, error('invalid_scope')), {
    exception: 'CryptofusePermissionException',
    code: 'invalid_scope',
    outcome: 'not-sent',
  }),
  row('an unknown error', json(418, error('teapot')), {
    exception: 'CryptofuseRequestException',
    code: 'teapot',
    outcome: 'not-sent',
  }),
  row('an error with controls', json(500, error('a\u0000\r\nb')), server('a b', 'not-sent')),
  row(
    'an error of 50 kB',
    json(500, error('e'.repeat(50_000))),
    server(`${'e'.repeat(99)}…`, 'not-sent'),
  ),
  row(
    'an error that names our secret',
    json(500, error('client-secret')),
    server('[secret]', 'not-sent'),
  ),
  ...['-5', '1e308', '9'.repeat(100), 'soon', 'Fri, 31 Dec 9999 23:59:59 GMT'].map((text) =>
    limited(text, MAX_DELAY),
  ),
  limited('2592000', 2_592_000_000),
  row('Date in a far future', ok(TEXT, 'Date: Fri, 31 Dec 9999 23:59:59 GMT'), ISSUED),
  row('Date that is none', ok(TEXT, 'Date: x'), ISSUED),
];

function row(name: string, bytes: RawAnswer, ending: Ending, timeout?: number): TokenRow {
  return { name, answer: bytes, ending, ...(timeout !== undefined && { timeout }) };
}

function stated(members: Readonly<Record<string, unknown>>, ending: Ending): TokenRow {
  const body = JSON.stringify({ ...GOOD, ...members });
  const absent = Object.values(members).includes(undefined) ? ' (absent)' : '';
  return {
    name: `${named(JSON.stringify(members))}${absent}${idOf(members)}`,
    answer: ok(body),
    ending,
  };
}

function idOf(members: Readonly<Record<string, unknown>>): string {
  return Object.values(members).includes(undefined) ? ` ${Object.keys(members).join()}` : '';
}

function named(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}… of ${text.length} characters` : `<${text}>`;
}

function error(code: string): string {
  return JSON.stringify({ ...GOOD, error: code });
}

function latinRefusal(): Buffer {
  const body = '{"error":"invalid_client","error_description":"refusé"}';
  return json(401, Buffer.from(body, 'latin1'));
}

function refusal(code = 'invalid_client'): Ending {
  return { exception: 'CryptofuseAuthenticationException', code, outcome: 'not-sent' };
}

function redirect(): Ending {
  return server('redirect_refused', 'not-sent');
}

function undecodable(): Ending {
  return notSent('response_undecodable');
}

function notSent(code: string): Ending {
  return unavailable(code, 'not-sent');
}

function tooLarge(): Ending {
  return server('response_too_large', 'not-sent');
}

/** Until the limit has passed no request is sent: the package itself rejects the next call. */
function limited(text: string, retryAfter: number): TokenRow {
  const ending: Ending = {
    exception: 'CryptofuseRateLimitException',
    code: 'http_429',
    outcome: 'not-sent',
  };
  return {
    ...row(`429 for ${text.slice(0, 30)}`, json(429, '{}', `Retry-After: ${text}`), {
      ...ending,
      retryAfter,
    }),
    callEnding: { ...ending, code: 'rate_limit_exceeded' },
  };
}

function bomb(): Buffer {
  return ok(zlib.gzipSync(Buffer.alloc(20 * KILOBYTE * KILOBYTE)), 'Content-Encoding: gzip');
}
