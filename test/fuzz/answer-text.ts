import fc from 'fast-check';
import { anyText } from '../support/any-text.js';
import { CLIENT_ID, CLIENT_SECRET, TOKEN } from './leaks.js';

/** Parts of the request that a server may echo. */
export const ECHOES = [
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

/** Draws a JSON document, whether or not an error or a token. */
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

/** Draws an error in the shape of the API or of OAuth, most of whose members are read. */
const anyError = fc.oneof(
  fc.record({ error: fc.record({ code: text, message: text, details: anyDocument }) }),
  fc.record({ error: fc.oneof(fc.constant('invalid_client'), text), error_description: text }),
  fc.record({ detail: text }),
);

/** Texts that are not JSON, or not of a usual kind. */
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

/** Draws the body of a response: an error, a token, another document, or text that is not JSON. */
export const anyAnswerText = fc.oneof(
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
