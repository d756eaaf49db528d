import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import type { CryptofuseRequest, ResponseType } from '../../../lib/contracts/interceptor.js';
import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../../../lib/exceptions/cryptofuse-exceptions.js';
import { readErrorBody } from '../../../lib/exceptions/error-body.js';
import { exceptionFor, exceptionForUnreadable } from '../../../lib/pipeline/error.interceptor.js';
import { readResponseBody } from '../../../lib/pipeline/response-body.js';
import { isSuccess } from '../../../lib/request/call.js';
import { readRateLimit, requestedWait } from '../../../lib/transport/rate-limit-headers.js';
import { UnreadableBody } from '../../../lib/transport/response-content.js';

const TIME = { now: Date.UTC(2025, 0, 5), skew: 0 };
const JSON_HEADERS = { 'content-type': 'application/json' };

function exceptionOf(status: number, body: unknown, headers = {}): Error {
  return exceptionFor({
    status,
    error: readErrorBody(body, status, new SecretRedactor()),
    limit: readRateLimit(headers, TIME),
    retryAfter: requestedWait(headers, TIME, status === 429, 5_000),
    clientId: 'client',
    refusedTokenHint: 'Check time synchronisation.',
    replayHint: undefined,
    isAmbiguous: false,
  });
}

describe('exceptionOfAnswer', () => {
  it.each([
    [400, CryptofuseRequestException, 'refused', false],
    [401, CryptofuseAuthenticationException, 'refused', false],
    [402, CryptofuseRequestException, 'refused', false],
    [403, CryptofusePermissionException, 'refused', false],
    [404, CryptofuseRequestException, 'refused', false],
    [410, CryptofuseRequestException, 'refused', false],
    [422, CryptofuseRequestException, 'refused', false],
    [429, CryptofuseRateLimitException, 'refused', true],
    [499, CryptofuseRequestException, 'refused', false],
    [500, CryptofuseServerException, 'unknown', true],
    [503, CryptofuseServerException, 'unknown', true],
    [599, CryptofuseServerException, 'unknown', true],
    [304, CryptofuseServerException, 'refused', false],
    // Where the application's own validateStatus does not accept what was done.
    [200, CryptofuseServerException, 'unknown', false],
    [201, CryptofuseServerException, 'unknown', false],
  ] as const)('of %d', (status, type, outcome, retryable) => {
    const exception = exceptionOf(status, { error: { code: 'unheard_of', message: 'So it is.' } });
    expect(exception).toBeInstanceOf(type);
    expect(exception).toMatchObject({
      upstreamStatus: status,
      code: 'unheard_of',
      message: 'So it is.',
      outcome,
      retryable,
    });
  });

  it('of a redirect is redirect_refused, whatever the body says', () => {
    const exception = exceptionOf(301, { error: { code: 'odd', message: 'Odd.' } });
    expect(exception).toMatchObject({
      code: 'redirect_refused',
      hint: expect.stringContaining('slash'),
    });
  });

  it.each<[unknown, readonly string[], readonly string[]]>([
    [{ required_scopes: ['read', 'write'], token_scopes: ['read'] }, ['read', 'write'], ['read']],
    [{ required_scopes: 'read  write' }, ['read', 'write'], []],
    [{ required_scopes: ['read', 5, null], token_scopes: {} }, ['read'], []],
    ['none', [], []],
    [undefined, [], []],
    [[], [], []],
  ])('of 403 reads the scopes of %j', (details, requiredScopes, tokenScopes) => {
    const exception = exceptionOf(403, { error: { code: 'permission_denied', details } });
    expect(exception).toMatchObject({ requiredScopes, tokenScopes });
  });

  it('of 429 carries the limit of the API', () => {
    const headers = { 'x-ratelimit-limit': '1000', 'retry-after': '3' };
    expect(exceptionOf(429, undefined, headers)).toMatchObject({
      source: 'api',
      limit: 1_000,
      retryAfter: 3_000,
      code: 'http_429',
    });
  });

  it.each([
    [401, undefined, /time synchronisation/],
    [403, undefined, /scope/],
    [301, undefined, /trailing slash/],
    [404, { error: { code: 'not_found' } }, undefined],
  ])('of %d %j tells the remedy', (status, body, remedy) => {
    const hint = remedy === undefined ? undefined : (expect.stringMatching(remedy) as unknown);
    expect(exceptionOf(status, body)).toMatchObject({ hint });
  });

  it('of an unreadable success tells that the server may have acted, and quotes nothing', () => {
    const body = new UnreadableBody('is text/html, not JSON', '<p>quoted-value</p>');
    const exception = exceptionForUnreadable(body, 201, 'client');
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception).toMatchObject({
      code: 'invalid_response',
      message: 'The response is text/html, not JSON.',
      upstreamStatus: 201,
      outcome: 'unknown',
      retryable: false,
    });
    expect(JSON.stringify(exception)).not.toContain('quoted-value');
  });
});

describe('answerBody', () => {
  function request(responseType: ResponseType): CryptofuseRequest {
    return {
      method: 'GET',
      url: 'https://api.cryptofuse.io/',
      headers: {},
      body: undefined,
      signal: undefined,
      timeout: 1,
      responseType,
      retry: false,
      accepts: isSuccess,
    };
  }
  const bytes = Buffer.from('{"a":1}');

  it.each<[ResponseType, unknown]>([
    ['json', { a: 1 }],
    ['text', '{"a":1}'],
    ['bytes', bytes],
  ])('is as %s asks for it', async (type, body) => {
    const response = { status: 200, headers: JSON_HEADERS, body: bytes };
    expect(await readResponseBody(request(type), response, response.body)).toEqual(body);
  });

  it('is the stream itself when one was asked for', async () => {
    const body = Readable.from(['x']);
    expect(await readResponseBody(request('stream'), { status: 200, headers: {} }, body)).toBe(
      body,
    );
  });

  it.each<ResponseType>(['json', 'text', 'bytes'])(
    'of an error is JSON for %s too',
    async (type) => {
      const response = { status: 404, headers: JSON_HEADERS, body: bytes };
      expect(await readResponseBody(request(type), response, response.body)).toEqual({ a: 1 });
    },
  );

  it('of an error is read from a stream, as far as an exception can show, and no further', async () => {
    let read = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          read += 1;
          yield Buffer.alloc(16_384, 'x');
        }
      })(),
    );
    const response = { status: 500, headers: JSON_HEADERS, body: endless };
    expect(await readResponseBody(request('stream'), response, response.body)).toBeInstanceOf(
      UnreadableBody,
    );
    expect(read).toBeLessThan(20);
    expect(endless.destroyed).toBe(true);
    const short = { ...response, body: Readable.from([bytes]) };
    expect(await readResponseBody(request('stream'), short, short.body)).toEqual({ a: 1 });
  });

  it('of an error whose stream breaks still leaves its status', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('broke'));
      },
    });
    const response = { status: 500, headers: JSON_HEADERS, body: broken };
    expect(await readResponseBody(request('stream'), response, response.body)).toBeUndefined();
  });

  it.each([204, 205, 200])('is nothing for an empty %d', async (status) => {
    const response = { status, headers: { 'content-type': 'text/html' }, body: Buffer.alloc(0) };
    expect(await readResponseBody(request('json'), response, response.body)).toBeUndefined();
  });

  it.each([
    [204, 'undefined'],
    [200, 'UnreadableBody'],
  ])('of %d with a page when JSON was asked for is %s', async (status, name) => {
    const response = { status, headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>') };
    const body = await readResponseBody(request('json'), response, response.body);
    expect(body === undefined ? 'undefined' : body?.constructor.name).toBe(name);
  });
});

describe('isSuccess', () => {
  it.each([
    [199, false],
    [200, true],
    [204, true],
    [299, true],
    [300, false],
    [404, false],
  ])('%d: %p', (status, isOne) => {
    expect(isSuccess(status)).toBe(isOne);
  });
});
