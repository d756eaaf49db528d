import fc from 'fast-check';
import { anyText } from '../support/any-text.js';
import { anyValue } from './odd-values.js';

const NAMES = [
  ...[
    'x-a',
    'X-A',
    'accept',
    'content-type',
    'content-encoding',
    'user-agent',
    'accept-encoding',
    'if-none-match',
  ],
  ...[
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'coo\u212aie',
    'ho\u017ft',
    'host',
    'HOST',
  ],
  ...[
    'content-length',
    'transfer-encoding',
    'connection',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'keep-alive',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    ':',
    'a b',
    'x:y',
    'x-\u00e9',
  ],
  ...[
    'x\r\nauthorization',
    'authorization ',
    ' authorization',
    'authorization\0',
    'x-a\n',
    '\ufeffhost',
    'x\ud800',
  ],
];
const VALUES = [
  ...[
    '',
    ' ',
    'a',
    '\t',
    '\u00e9',
    '\u20ac',
    '\ud800',
    'x\r\nauthorization: Basic eA==',
    'x\ny',
    'x\rz',
    'x\0',
  ],
  ...[
    'chunked',
    '0',
    '5',
    '99999',
    'close',
    '100-continue',
    'websocket',
    'evil.example',
    'Bearer x',
    'gzip',
  ],
  ...[
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/json',
    'a;boundary=b',
  ],
  ...['x\u0a0d', 'x\u010d\u010ay: z', '\u0085', '\u2028', 'a'.repeat(9_000)],
];

/** Draws the headers of a call. */
export const anyHeaders = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES), anyText(0, 10)),
      fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...VALUES), anyText(), anyValue()),
    ),
    { maxLength: 4 },
  )
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
