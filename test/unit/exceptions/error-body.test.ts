import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import { readErrorBody } from '../../../lib/exceptions/error-body.js';
import { anyText } from '../../support/any-text.js';
import { seededRun } from '../../support/seeded-run.js';
import { stringsWithin } from '../../support/strings-within.js';

const SECRET = 's3cret+with/all:of%the=odd&ones';
const KNOWS_NONE = new SecretRedactor();

/** Whether `text` could forge a line of a log. */
function hasControl(text: string): boolean {
  return Array.from(text, (character) => character.charCodeAt(0)).some(
    (unit) => unit < 0x20 || (unit >= 0x7f && unit <= 0x9f) || unit === 0x2028 || unit === 0x2029,
  );
}

interface Row {
  readonly status: number;
  readonly body: unknown;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly stated?: boolean;
}

const ROWS: readonly Row[] = [
  {
    status: 401,
    body: {
      error: {
        code: 'authentication_failed',
        message: 'Invalid authentication credentials',
        details: { hint: 'Check your client_id and client_secret' },
      },
    },
    code: 'authentication_failed',
    message: 'Invalid authentication credentials',
    details: { hint: 'Check your client_id and client_secret' },
  },
  {
    status: 403,
    body: {
      error: {
        code: 'permission_denied',
        message: 'Token does not have required scope',
        details: { required_scopes: ['read', 'write'], token_scopes: ['read'] },
      },
    },
    code: 'permission_denied',
    message: 'Token does not have required scope',
    details: { required_scopes: ['read', 'write'], token_scopes: ['read'] },
  },
  {
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Invalid credentials given.' },
    code: 'invalid_grant',
    message: 'Invalid credentials given.',
  },
  {
    status: 401,
    body: { error: 'invalid_client' },
    code: 'invalid_client',
    message: 'invalid_client',
  },
  {
    status: 400,
    body: { error: 'unheard_of' },
    code: 'unheard_of',
    message: 'unheard_of',
  },
  {
    status: 422,
    body: { error: 'invalid_amount', message: 'Too small.', request_id: 'req_1' },
    code: 'invalid_amount',
    message: 'Too small.',
    details: { request_id: 'req_1' },
  },
  {
    status: 404,
    body: { detail: 'Not found.' },
    code: 'http_404',
    message: 'Not found.',
    stated: false,
  },
  {
    status: 400,
    body: { code: 'deprecated_endpoint', message: 'Gone.', details: [1] },
    code: 'deprecated_endpoint',
    message: 'Gone.',
    details: [1],
  },
  {
    status: 400,
    body: { amount: ['A valid number is required.'] },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    details: { amount: ['A valid number is required.'] },
    stated: false,
  },
  {
    status: 500,
    body: { error: { code: 'custody_provider_error', details: null } },
    code: 'custody_provider_error',
    message: 'custody_provider_error',
    details: null,
  },
  {
    status: 503,
    body: undefined,
    code: 'http_503',
    message: 'HTTP 503 Service Unavailable',
    stated: false,
  },
  { status: 599, body: null, code: 'http_599', message: 'HTTP 599', stated: false },
  {
    status: 301,
    body: undefined,
    code: 'redirect_refused',
    message: 'HTTP 301 Moved Permanently',
    stated: false,
  },
  { status: 400, body: 'text', code: 'http_400', message: 'HTTP 400 Bad Request', stated: false },
  {
    status: 400,
    body: [{ error: 'x' }],
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: '' },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: ' \n ' },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: null },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: ['x'] },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: { code: 5, message: {} } },
    code: 'http_400',
    message: 'HTTP 400 Bad Request',
    stated: false,
  },
  {
    status: 400,
    body: { error: { message: 'No code.' } },
    code: 'http_400',
    message: 'No code.',
    stated: false,
  },
  {
    status: 400,
    body: { error: { code: '' }, code: 'outer', message: 'Out.' },
    code: 'outer',
    message: 'Out.',
  },
];

describe('readErrorBody', () => {
  it.each(ROWS)('reads $status $body', ({ status, body, ...expected }) => {
    expect(readErrorBody(body, status, KNOWS_NONE)).toEqual({
      details: undefined,
      stated: true,
      ...expected,
    });
  });

  it('bounds code, message and details', () => {
    const long = 'x'.repeat(100_000);
    const body = {
      error: { code: long, message: long, details: { [long]: long, list: Array(999).fill(1) } },
    };
    const { code, message, details } = readErrorBody(body, 400, KNOWS_NONE);
    expect([code.length, message.length]).toEqual([100, 1_000]);
    expect(code.endsWith('…')).toBe(true);
    expect(JSON.stringify(details).length).toBeLessThan(1_500);
  });

  it('keeps members named as those of Object.prototype, and pollutes nothing', () => {
    const body: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":"x","toString":"y"}',
    );
    const { details } = readErrorBody(body, 400, KNOWS_NONE);
    expect(Object.keys(details as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(details).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it.each<[string, (secret: string) => string]>([
    ['plain', (secret) => secret],
    ['URL-encoded', encodeURIComponent],
    ['form-encoded', (secret) => new URLSearchParams([['s', secret]]).toString().slice(2)],
    ['base64', (secret) => Buffer.from(secret).toString('base64')],
    ['JSON', (secret) => JSON.stringify(secret)],
  ])('redacts a secret that is %s, wherever it is', (_, write) => {
    const redactor = new SecretRedactor();
    redactor.remember(SECRET);
    const echo = `before ${write(SECRET)} after`;
    const bodies = [
      {
        error: {
          code: echo,
          message: echo,
          details: { [echo]: [echo, { deep: { deeper: echo } }] },
        },
      },
      { error: echo, error_description: echo, other: [echo] },
      { detail: echo, [echo]: echo },
    ];
    for (const body of bodies) {
      const read = readErrorBody(body, 400, redactor);
      for (const text of stringsWithin(read)) expect(text).not.toContain(write(SECRET));
      expect(JSON.stringify(read)).toContain('before');
    }
  });

  it('redacts a secret before it cuts, so that no half of one stays', () => {
    const redactor = new SecretRedactor();
    redactor.remember(SECRET);
    const message = `${'x'.repeat(990)}${SECRET}`;
    const read = readErrorBody({ error: { message } }, 400, redactor);
    expect(read.message).not.toContain(SECRET.slice(0, 4));
  });

  it('gives code and message that are neither empty nor able to forge a line, whatever comes', async () => {
    const text = anyText();
    const inner = fc.record(
      { code: fc.oneof(text, fc.jsonValue()), message: text, details: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const known = fc.record(
      { error: fc.oneof(text, inner), error_description: text, message: text, detail: text },
      { requiredKeys: [] },
    );
    const body = fc.oneof(fc.anything(), fc.jsonValue(), known);
    const property = fc.property(body, fc.integer({ min: 300, max: 599 }), (value, status) => {
      const { code, message, details } = readErrorBody(value, status, KNOWS_NONE);
      for (const said of [code, message]) {
        expect(said).not.toBe('');
        expect(said.trim()).toBe(said);
      }
      for (const said of stringsWithin({ code, message, details }))
        expect(hasControl(said)).toBe(false);
    });
    await seededRun('an error says something harmless', property, 500);
  });
});
