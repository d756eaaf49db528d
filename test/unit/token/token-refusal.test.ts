import { describe, expect, it } from '@jest/globals';
import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../../../lib/exceptions/cryptofuse-exceptions.js';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import { readErrorBody } from '../../../lib/exceptions/error-body.js';
import { TOKEN_ENDPOINT } from '../../../lib/token/token-failure.js';
import { classifyRefusal, failureForRefusal } from '../../../lib/token/token-refusal.js';

const NOW = Date.UTC(2025, 0, 5);

const CLASSES = {
  authentication: CryptofuseAuthenticationException,
  permission: CryptofusePermissionException,
  'rate-limit': CryptofuseRateLimitException,
  request: CryptofuseRequestException,
  server: CryptofuseServerException,
} as const;

const KINDS = {
  authentication: 'lasting',
  permission: 'lasting',
  'rate-limit': 'limited',
  request: 'lasting',
  server: 'passing',
} as const;

const oauth = (error: string) => ({ error });
const api = (code: string) => ({ error: { code, message: 'It says so.', details: {} } });

const ROWS: readonly (readonly [number, unknown, keyof typeof CLASSES])[] = [
  [401, oauth('invalid_client'), 'authentication'],
  [400, oauth('invalid_client'), 'authentication'],
  [403, oauth('invalid_client'), 'authentication'],
  [200, oauth('invalid_client'), 'authentication'],
  [400, oauth('invalid_grant'), 'authentication'],
  [401, oauth('invalid_grant'), 'authentication'],
  [400, oauth('unauthorized_client'), 'authentication'],
  [400, oauth('unsupported_grant_type'), 'authentication'],
  [401, oauth('unsupported_grant_type'), 'authentication'],
  [400, oauth('invalid_request'), 'authentication'],
  [401, api('authentication_failed'), 'authentication'],
  [401, api('unauthorized'), 'authentication'],
  [400, oauth('invalid_scope'), 'permission'],
  [401, oauth('invalid_scope'), 'permission'],
  [403, api('permission_denied'), 'permission'],
  [403, oauth('insufficient_scope'), 'permission'],
  [429, api('rate_limit_exceeded'), 'rate-limit'],
  [429, undefined, 'rate-limit'],
  [400, api('rate_limit_exceeded'), 'rate-limit'],
  [503, oauth('rate_limit_exceeded'), 'rate-limit'],
  [400, oauth('something_new'), 'request'],
  [404, api('not_found'), 'request'],
  [418, oauth('teapot'), 'request'],
  [200, oauth('something_new'), 'server'],
  [302, undefined, 'server'],
  [400, undefined, 'server'],
  [401, { detail: 'No.' }, 'server'],
  [404, undefined, 'server'],
  [405, undefined, 'server'],
  [500, undefined, 'server'],
  [502, oauth('server_error'), 'server'],
  [503, oauth('temporarily_unavailable'), 'server'],
  [201, { access_token: 'x' }, 'server'],
];

function refused(status: number, body: unknown, headers = {}) {
  return {
    status,
    error: readErrorBody(body, status, new SecretRedactor()),
    endpoint: TOKEN_ENDPOINT,
    headers,
    time: { now: NOW, skew: 0 },
    maxDelay: 5_000,
    askedScopes: ['read', 'admin'],
    clientId: 'client',
  };
}

describe('a refusal by the token endpoint', () => {
  it.each(ROWS)('%d %j is %s', (status, body, refusal) => {
    const answer = refused(status, body);
    expect(classifyRefusal(status, answer.error)).toBe(refusal);
    const failure = failureForRefusal(answer);
    expect(failure.kind).toBe(KINDS[refusal]);
    const exception = failure.toException();
    expect(exception).toBeInstanceOf(CLASSES[refusal]);
    expect(exception).toMatchObject({ upstreamStatus: status, outcome: 'not-sent' });
  });

  it('becomes a new exception for each caller', () => {
    const failure = failureForRefusal(refused(401, oauth('invalid_client')));
    const [one, other] = [failure.toException(), failure.toException()];
    expect(one).not.toBe(other);
    expect(other).toMatchObject({ code: 'invalid_client', message: one.message });
  });

  it('names the requested scopes', () => {
    const exception = failureForRefusal(refused(400, oauth('invalid_scope'))).toException();
    expect(exception).toMatchObject({ requiredScopes: ['read', 'admin'], tokenScopes: [] });
  });

  it('has a message for a bare code', () => {
    const failure = failureForRefusal(refused(401, { error: 'invalid_client' }));
    expect(failure.message).toBe('The client credentials were not accepted.');
    expect(failure.toException()).toMatchObject({
      message: failure.message,
      code: 'invalid_client',
    });
  });

  it('reads the limit from the headers', () => {
    const headers = { 'retry-after': '7', 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0' };
    const failure = failureForRefusal(refused(429, undefined, headers));
    expect(failure.wait).toBe(7_000);
    expect(failure.toException()).toMatchObject({
      source: 'token',
      limit: 20,
      remaining: 0,
      retryAfter: 7_000,
      resetAt: new Date(NOW + 7_000),
      retryable: true,
    });
  });

  it.each([
    [404, undefined, /baseUrl/],
    [405, undefined, /baseUrl/],
    [401, oauth('invalid_client'), /clientSecret/],
    [400, oauth('invalid_scope'), /scope/],
    [400, oauth('something_new'), undefined],
    [429, undefined, /retryAfter/],
    [429, api('rate_limit_exceeded'), /retryAfter/],
    [503, undefined, /try later/],
  ])('has a hint for %d %j', (status, body, remedy) => {
    const exception: unknown = failureForRefusal(refused(status, body)).toException();
    const hint = remedy === undefined ? undefined : (expect.stringMatching(remedy) as unknown);
    expect(exception).toMatchObject({ hint });
  });

  it.each([
    [500, true],
    [503, true],
    [404, false],
    [302, false],
  ])('is retryable at status %d: %p', (status, retryable) => {
    expect(failureForRefusal(refused(status, undefined)).toException()).toMatchObject({
      retryable,
    });
  });
});
