import { json, ok } from './raw-answers-bytes.js';
import {
  asJson,
  NOT_JSON,
  refused,
  server,
  value,
  type AnswerRow,
  type Ending,
} from './raw-answers-row.js';

const DEEP = 100_000;
const MANY = 1_000_000;
const UTF_8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bodies that say they are JSON. */
export const JSON_BODIES: readonly AnswerRow[] = [
  legal('null', 'null'),
  legal('false', 'false'),
  legal('0', '0'),
  legal('"text"', 'text'),
  legal('[]', '[]'),
  legal(' \t\r\n{"a":1}\n ', '{"a":1}'),
  legal('1e400', 'null'),
  legal(`{"a":${'9'.repeat(400)}}`, '{"a":null}'),
  legal('{"a":-0.0000000000000000000000000000001e-400}', '{"a":0}'),
  legal('{"a":"\\ud800"}', '{"a":"\\ud800"}'),
  legal('{"a":"\\u0000\\u001b[31m"}', '{"a":"\\u0000\\u001b[31m"}'),
  legal('{"a":1,"a":2}', '{"a":2}'),
  legal('{"__proto__":{"polluted":1},"a":1}', '{"__proto__":{"polluted":1},"a":1}'),
  legal('{"__proto__":null}', '{"__proto__":null}'),
  legal('{"constructor":{"prototype":{"polluted":1}}}'),
  legal('{"then":"x","toJSON":"x","toString":1,"valueOf":2,"hasOwnProperty":3}'),
  legal('{"status":500,"headers":{},"data":1,"error":"x"}'),
  legal(`{"${'k'.repeat(1_000_000)}":1}`, '1000006 characters'),
  legal(`[${'0,'.repeat(MANY - 1)}0]`, `${2 * MANY + 1} characters`),
  ...['', ' ', '\n'].map((text) => legal(text, text === '' ? 'nothing' : undefined)),
  ...['NaN', 'Infinity', 'undefined', '{a:1}', "{'a':1}", '[1,]', '{"a":1,}', '01', '+1', '.5'].map(
    wrong,
  ),
  ...['{"a":1}x', '{"a":1}{"a":2}', '{"a":1}\n{"a":2}', '{"a":1', '["a', '"\\x"', '"a\nb"'].map(
    wrong,
  ),
  ...['// a\n{}', '/**/{}', ")]}',\n{}", 'for(;;);{}', 'a=1', '<html></html>', 'tru', '\0'].map(
    wrong,
  ),
  legal(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, 'too deep to be written'),
  legal(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`, 'too deep to be written'),
  wrong('['.repeat(MANY)),
  wrong(`"${'\\'.repeat(MANY + 1)}`),
  legal(`${'['.repeat(100)}${']'.repeat(100)}`, '['.repeat(100) + ']'.repeat(100)),
  legal(`"${'['.repeat(DEEP)}"`, `${DEEP} characters`),
  bytes('a UTF-8 BOM', Buffer.concat([UTF_8_BOM, Buffer.from('{"a":1}')]), value('{"a":1}')),
  bytes('two UTF-8 BOMs', Buffer.concat([UTF_8_BOM, UTF_8_BOM, Buffer.from('{}')]), NOT_JSON),
  bytes('a UTF-8 BOM alone', UTF_8_BOM, NOT_JSON),
  bytes('UTF-16', Buffer.from('{"a":"é"}', 'utf16le'), NOT_JSON),
  bytes('UTF-16 with a BOM', Buffer.from('\ufeff{"a":1}', 'utf16le'), NOT_JSON),
  bytes('Latin-1', Buffer.from('{"a":"é"}', 'latin1'), NOT_JSON),
  bytes('half a character', Buffer.from('{"a":"é"}').subarray(0, 7), NOT_JSON),
  bytes('a surrogate as bytes', surrogate(), NOT_JSON),
  bytes('overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), NOT_JSON),
  bytes('random bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]), NOT_JSON),
];

/** Errors with arbitrary contents. */
export const ERROR_BODIES: readonly AnswerRow[] = [
  ...['', '[]', '42', '"text"', 'null', 'true', '{}', '<html>', '{"error":', '{"error":null}'].map(
    (body) => failed(body),
  ),
  ...['{"error":[]}', '{"error":42}', '{"error":{}}', '{"error":{"code":1,"message":[]}}'].map(
    (body) => failed(body),
  ),
  failed('{"error":{"toString":1,"valueOf":2,"then":3,"constructor":4}}'),
  failed('{"toString":"x","then":"x","toJSON":"x","hasOwnProperty":1,"__proto__":{"code":"p"}}'),
  failed('{"__proto__":{"error":{"code":"polluted","message":"m"}}}'),
  failed('{"error":{"__proto__":{"code":"polluted"},"message":"m"}}'),
  failed('{"error":{"code":"ok","message":"m"}}', 'ok'),
  failed(`{"error":{"code":"x","message":"${'m'.repeat(10_000_000)}"}}`, 'x'),
  failed(`{"error":{"code":"${'c'.repeat(1_000_000)}"}}`, `${'c'.repeat(99)}…`),
  failed(
    '{"error":{"code":"a\\u0000\\r\\nb\\u001b[31m\\u2028c","message":"x\\r\\ny"}}',
    'a b [31m c',
  ),
  failed('{"error":{"code":"\\ud800","message":"\\udfff"}}'),
  failed('{"error":{"code":"   ","message":"\\u0000"}}'),
  failed(`{"error":{"code":"x","details":${'['.repeat(900)}${']'.repeat(900)}}}`, 'x'),
  failed(`{"error":{"code":"x","details":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`, 'x'),
  failed(`{"error":{"code":"x","details":[${'0,'.repeat(MANY)}0]}}`, 'x'),
  failed(`{"error":{"code":"x","details":{${members(200_000)}}}}`, 'x'),
  failed('{"error":"e","access_token":"struck-token","message":"struck-token"}', 'e'),
  { ...failed('{"error":{"code":"x"}}', 'x', 500), endings: asJson(server('x')) },
  { ...failed('{"error":{"code":"x"}}', 'x', 302), endings: asJson(server('redirect_refused')) },
];

function legal(text: string, expected: string = text): AnswerRow {
  const ending = text.trim() === '' && text !== '' ? NOT_JSON : value(expected);
  return { name: nameOf(text), answer: ok(text), endings: asJson(ending) };
}

function wrong(text: string): AnswerRow {
  return { name: nameOf(text), answer: ok(text), endings: asJson(NOT_JSON) };
}

function bytes(name: string, body: Buffer, ending: Ending): AnswerRow {
  return { name, answer: ok(body), endings: asJson(ending) };
}

function failed(body: string, code = 'http_422', status = 422): AnswerRow {
  const endings = { ...asJson(refused(code)), stream: refused(code) };
  const isLarge = body.length > 60_000;
  return {
    name: `${status} ${nameOf(body)}`,
    answer: json(status, body),
    // Only as much of a stream's error is read as can be shown.
    endings: isLarge ? asJson(refused(code)) : endings,
  };
}

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"m${index}":0`).join();
}

/** U+D800 in three bytes, which is not valid UTF-8. */
function surrogate(): Buffer {
  return Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]);
}

function nameOf(text: string): string {
  const written = JSON.stringify(text.slice(0, 70));
  return text.length > 70 ? `${written}… of ${text.length} characters` : written;
}
