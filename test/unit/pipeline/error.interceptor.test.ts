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

describe('exceptionFor', () => {
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
    // If the application's validateStatus does not accept a success.
    [200, CryptofuseServerException, 'unknown', false],
    [201, CryptofuseServerException, 'unknown', false],
  ] as const)('maps status %d to its exception', (status, type, outcome, retryable) => {
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

  it('maps a redirect to redirect_refused, whatever the body says', () => {
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
  ])('reads the scopes of a 403 from %j', (details, requiredScopes, tokenScopes) => {
    const exception = exceptionOf(403, { error: { code: 'permission_denied', details } });
    expect(exception).toMatchObject({ requiredScopes, tokenScopes });
  });

  it('carries the limit of the API for a 429', () => {
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
  ])('has a hint with the remedy for %d %j', (status, body, remedy) => {
    const hint = remedy === undefined ? undefined : (expect.stringMatching(remedy) as unknown);
    expect(exceptionOf(status, body)).toMatchObject({ hint });
  });

  it('says of an unreadable success that the server may have acted, and quotes nothing', () => {
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

describe('readResponseBody', () => {
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
  ])('returns the body as %s', async (type, body) => {
    const response = { status: 200, headers: JSON_HEADERS, body: bytes };
    expect(await readResponseBody(request(type), response, response.body)).toEqual(body);
  });

  it('returns the stream itself if one was asked for', async () => {
    const body = Readable.from(['x']);
    expect(await readResponseBody(request('stream'), { status: 200, headers: {} }, body)).toBe(
      body,
    );
  });

  it.each<ResponseType>(['json', 'text', 'bytes'])(
    'returns the body of an error as JSON for %s too',
    async (type) => {
      const response = { status: 404, headers: JSON_HEADERS, body: bytes };
      expect(await readResponseBody(request(type), response, response.body)).toEqual({ a: 1 });
    },
  );

  it('reads the body of an error from a stream only as far as an exception can show it', async () => {
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

  it('returns undefined for an error whose stream breaks', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('broke'));
      },
    });
    const response = { status: 500, headers: JSON_HEADERS, body: broken };
    expect(await readResponseBody(request('stream'), response, response.body)).toBeUndefined();
  });

  it.each([204, 205, 200])('returns undefined for an empty %d', async (status) => {
    const response = { status, headers: { 'content-type': 'text/html' }, body: Buffer.alloc(0) };
    expect(await readResponseBody(request('json'), response, response.body)).toBeUndefined();
  });

  it.each([
    [204, 'undefined'],
    [200, 'UnreadableBody'],
  ])('turns the page of a %d into %s if JSON was asked for', async (status, name) => {
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
  ])('for %d returns %p', (status, isOne) => {
    expect(isSuccess(status)).toBe(isOne);
  });
});
