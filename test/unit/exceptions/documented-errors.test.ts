import { describe, expect, it } from '@jest/globals';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import { readErrorBody } from '../../../lib/exceptions/error-body.js';

/** The codes of the documentation and of other public pages, by status (FACTS 1.3 and 2). */
const CODES: readonly (readonly [status: number, codes: readonly string[]])[] = [
  [
    400,
    [
      ...['invalid_request', 'invalid_url', 'invalid_grant', 'invalid_scope'],
      ...['unsupported_grant_type', 'unauthorized_client'],
    ],
  ],
  [401, ['authentication_failed', 'unauthorized', 'invalid_client']],
  [403, ['permission_denied', 'forbidden', 'insufficient_permissions']],
  [404, ['not_found']],
  [410, ['deprecated_endpoint']],
  [422, ['invalid_amount', 'invalid_currency']],
  [429, ['rate_limit_exceeded']],
  [500, ['server_error', 'service_unavailable', 'custody_provider_error']],
  [418, ['never-heard.of/it']],
];
const DETAILS = { required_scopes: ['write'], token_scopes: ['read'] };

/** Each shape an error is known to have, and what of it remains as details. */
const SHAPES: readonly (readonly [
  shape: string,
  body: (code: string) => unknown,
  message: (code: string) => string,
  details: unknown,
])[] = [
  [
    'error object',
    (code) => ({ error: { code, message: 'It failed.', details: DETAILS } }),
    () => 'It failed.',
    DETAILS,
  ],
  [
    'error object without details',
    (code) => ({ error: { code, message: 'It failed.' } }),
    () => 'It failed.',
    undefined,
  ],
  ['bare error object', (code) => ({ error: { code } }), (code) => code, undefined],
  ['error string', (code) => ({ error: code }), (code) => code, undefined],
  [
    'error string with a description',
    (code) => ({ error: code, error_description: 'It failed.' }),
    () => 'It failed.',
    undefined,
  ],
  [
    'error, message and request id',
    (code) => ({ error: code, message: 'It failed.', request_id: 'req_1' }),
    () => 'It failed.',
    { request_id: 'req_1' },
  ],
  ['code and message', (code) => ({ code, message: 'It failed.' }), () => 'It failed.', undefined],
];

const rows = SHAPES.flatMap(([shape, body, message, details]) =>
  CODES.flatMap(([status, codes]) =>
    codes.map((code) => ({
      shape,
      status,
      code,
      body: body(code),
      message: message(code),
      details,
    })),
  ),
);

describe('readErrorBody of a documented error', () => {
  it.each(rows)('$status $code arrives as it came: $shape', (row) => {
    const { body, status, code, message, details } = row;
    const read = readErrorBody(body, status, new SecretRedactor());
    expect(read).toEqual({ code, message, details, stated: true });
  });

  it.each(CODES)('%d with { detail } has a code of its status', (status) => {
    expect(readErrorBody({ detail: 'Not so.' }, status, new SecretRedactor())).toEqual({
      code: `http_${status}`,
      message: 'Not so.',
      details: undefined,
      stated: false,
    });
  });

  it.each([
    [404, 'HTTP 404 Not Found'],
    [405, 'HTTP 405 Method Not Allowed'],
    [500, 'HTTP 500 Internal Server Error'],
  ])('%d of HTML or nothing says its status alone (FACTS 1.4)', (status, message) => {
    for (const body of [undefined, '', '<!doctype html><title>Server Error</title>']) {
      expect(readErrorBody(body, status, new SecretRedactor())).toEqual({
        code: `http_${status}`,
        message,
        details: undefined,
        stated: false,
      });
    }
  });

  it('changes nothing of the body it reads', () => {
    const body = { error: { code: 'x', message: ' y ', details: { list: ['a\nb'] } } };
    const before = JSON.stringify(body);
    const { details } = readErrorBody(body, 400, new SecretRedactor());
    Object.assign(details as object, { list: [] });
    expect(JSON.stringify(body)).toBe(before);
  });
});
