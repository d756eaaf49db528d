import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BadGatewayException,
  ForbiddenException,
  HttpException,
  InternalServerErrorException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { inspect } from 'node:util';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseAuthenticationException,
  CryptofuseDestinationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseUnavailableException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

type Row = readonly [
  status: number,
  body: unknown,
  ours: abstract new (...facts: never[]) => unknown,
  nest: abstract new (...facts: never[]) => unknown,
  code: string,
];

const DOCUMENTED_401 = {
  error: {
    code: 'authentication_failed',
    message: 'Invalid authentication credentials',
    details: { hint: 'Check your client_id and client_secret' },
  },
};
const DOCUMENTED_403 = {
  error: {
    code: 'permission_denied',
    message: 'Token does not have required scope',
    details: { required_scopes: ['read', 'write'], token_scopes: ['read'] },
  },
};
const DOCUMENTED_GRANT = {
  error: 'invalid_grant',
  error_description: 'Invalid credentials given.',
};

const object = (code: string) => ({ error: { code, message: `It is ${code}.`, details: {} } });
const text = (error: string) => ({ error, message: `It is ${error}.`, request_id: 'req_1' });

const API: readonly Row[] = [
  [
    401,
    DOCUMENTED_401,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'authentication_failed',
  ],
  [
    401,
    object('unauthorized'),
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized',
  ],
  [
    401,
    text('unauthorized'),
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized',
  ],
  [401, { detail: 'No.' }, CryptofuseAuthenticationException, UnauthorizedException, 'http_401'],
  [403, DOCUMENTED_403, CryptofusePermissionException, ForbiddenException, 'permission_denied'],
  [403, object('forbidden'), CryptofusePermissionException, ForbiddenException, 'forbidden'],
  [
    403,
    text('insufficient_permissions'),
    CryptofusePermissionException,
    ForbiddenException,
    'insufficient_permissions',
  ],
  [400, object('invalid_request'), CryptofuseRequestException, HttpException, 'invalid_request'],
  [400, text('invalid_url'), CryptofuseRequestException, HttpException, 'invalid_url'],
  [404, object('not_found'), CryptofuseRequestException, HttpException, 'not_found'],
  [404, { detail: 'Not found.' }, CryptofuseRequestException, HttpException, 'http_404'],
  [
    410,
    object('deprecated_endpoint'),
    CryptofuseRequestException,
    HttpException,
    'deprecated_endpoint',
  ],
  [422, object('invalid_amount'), CryptofuseRequestException, HttpException, 'invalid_amount'],
  [422, text('invalid_currency'), CryptofuseRequestException, HttpException, 'invalid_currency'],
  [418, object('a_new_code'), CryptofuseRequestException, HttpException, 'a_new_code'],
  [
    429,
    object('rate_limit_exceeded'),
    CryptofuseRateLimitException,
    HttpException,
    'rate_limit_exceeded',
  ],
  [500, object('server_error'), CryptofuseServerException, BadGatewayException, 'server_error'],
  [
    500,
    text('custody_provider_error'),
    CryptofuseServerException,
    BadGatewayException,
    'custody_provider_error',
  ],
  [
    503,
    object('service_unavailable'),
    CryptofuseServerException,
    BadGatewayException,
    'service_unavailable',
  ],
  [502, '<html>Bad gateway</html>', CryptofuseServerException, BadGatewayException, 'http_502'],
  [302, '', CryptofuseServerException, BadGatewayException, 'redirect_refused'],
];

const OAUTH: readonly Row[] = [
  [
    401,
    { error: 'invalid_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_client',
  ],
  [
    400,
    { error: 'invalid_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_client',
  ],
  [
    400,
    DOCUMENTED_GRANT,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_grant',
  ],
  [
    401,
    DOCUMENTED_GRANT,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_grant',
  ],
  [
    400,
    { error: 'unauthorized_client' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unauthorized_client',
  ],
  [
    400,
    { error: 'unsupported_grant_type' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'unsupported_grant_type',
  ],
  [
    400,
    { error: 'invalid_request' },
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'invalid_request',
  ],
  [
    401,
    DOCUMENTED_401,
    CryptofuseAuthenticationException,
    UnauthorizedException,
    'authentication_failed',
  ],
  [
    400,
    { error: 'invalid_scope' },
    CryptofusePermissionException,
    ForbiddenException,
    'invalid_scope',
  ],
  [
    429,
    object('rate_limit_exceeded'),
    CryptofuseRateLimitException,
    HttpException,
    'rate_limit_exceeded',
  ],
  [500, '<h1>Server Error (500)</h1>', CryptofuseServerException, BadGatewayException, 'http_500'],
  [404, '<h1>Not Found</h1>', CryptofuseServerException, BadGatewayException, 'http_404'],
  [
    200,
    '<h1>Welcome</h1>',
    CryptofuseServerException,
    BadGatewayException,
    'invalid_token_response',
  ],
  [
    200,
    { access_token: 'abc' },
    CryptofuseServerException,
    BadGatewayException,
    'invalid_token_response',
  ],
  [
    200,
    { access_token: 'abc', token_type: 'Bearer', error: 'odd' },
    CryptofuseServerException,
    BadGatewayException,
    'odd',
  ],
  [301, '', CryptofuseServerException, BadGatewayException, 'redirect_refused'],
];

/** All but those whose code says nothing to us, and a limit, which tells when it ends. */
const HINTED = new Set(
  OAUTH.map(([, , , , code]) => code).filter(
    (code) => !['odd', 'rate_limit_exceeded'].includes(code),
  ),
);

describe.each(['CryptofuseService', 'CryptofuseHttpService'] as const)('through %s', (face) => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: false } });
  });
  afterEach(() => client.stop());

  const get = (path: string): Promise<unknown> =>
    face === 'CryptofuseService' ? client.api.get(path) : firstValueFrom(client.http.get(path));

  it.each(API)(
    'a %i %j of the API is a typed exception',
    async (status, body, ours, nest, code) => {
      client.sandbox.fail({ on: 'api', status, body, times: 2, headers: jsonType(body) });
      const exception = await exceptionOf(get('/user/me/'));
      expect(exception).toBeInstanceOf(ours);
      expect(exception).toBeInstanceOf(nest);
      expect(exception).toMatchObject({ code, upstreamStatus: status });
      expectTold(exception);
    },
  );

  it.each(OAUTH)(
    'a %i %j of the token endpoint is a typed exception',
    async (status, body, ours, nest, code) => {
      client.sandbox.fail({
        on: 'token',
        status,
        body,
        times: Infinity,
        headers: { ...jsonType(body), 'retry-after': '60' },
      });
      const exception = await exceptionOf(hurried(client.sandbox.clock, get('/user/me/')));
      expect(exception).toBeInstanceOf(ours);
      expect(exception).toBeInstanceOf(nest);
      expect(exception).toMatchObject({ code, upstreamStatus: status });
      if (HINTED.has(code)) expect(exception.hint).toMatch(/[a-z]{4}/);
      expectTold(exception);
    },
  );

  function expectTold(exception: Awaited<ReturnType<typeof exceptionOf>>): void {
    expect(exception.message).not.toBe('');
    expect(exception.toSupportReport()).toMatchObject({
      clientId: client.sandbox.clientId,
      code: exception.code,
      status: exception.upstreamStatus,
    });
    const told = inspect(exception, { depth: null, showHidden: true }) + JSON.stringify(exception);
    expect(told).not.toContain(client.sandbox.clientSecret);
    expect(told).not.toContain('Basic ');
    expect(told).not.toContain('Bearer ');
  }

  it('shows an end user nothing but statusCode, message and code', async () => {
    client.sandbox.fail({ on: 'api', status: 422, body: object('invalid_amount') });
    const exception = await exceptionOf(get('/payments/'));
    expect((exception as unknown as HttpException).getResponse()).toEqual({
      statusCode: 422,
      message: 'It is invalid_amount.',
      code: 'invalid_amount',
    });
  });

  it('names the scopes that are required and those the token has', async () => {
    client.sandbox.fail({ on: 'api', status: 403, body: DOCUMENTED_403 });
    await expect(get('/payments/')).rejects.toMatchObject({
      requiredScopes: ['read', 'write'],
      tokenScopes: ['read'],
      details: { required_scopes: ['read', 'write'], token_scopes: ['read'] },
    });
  });

  it.each([
    ['api', { 'retry-after': '70' }],
    ['token', { 'retry-after': '70' }],
  ] as const)('tells of a limit of the %s when it ends', async (source, headers) => {
    client.sandbox.fail({ on: source, status: 429, body: object('rate_limit_exceeded'), headers });
    await expect(get('/payments/')).rejects.toMatchObject({
      source,
      retryAfter: 70_000,
      retryable: true,
    });
  });

  it('takes a cut connection for no answer', async () => {
    client.sandbox.fail({ on: 'api', reset: 'before' });
    const exception = await exceptionOf(get('/payments/'));
    expect(exception).toBeInstanceOf(CryptofuseUnavailableException);
    expect(exception).toBeInstanceOf(ServiceUnavailableException);
    expect(exception).toMatchObject({
      upstreamStatus: undefined,
      retryable: true,
      outcome: 'unknown',
    });
  });

  it('takes a cut body for no answer', async () => {
    client.sandbox.fail({ on: 'api', truncate: true });
    expect(await exceptionOf(get('/user/me/'))).toBeInstanceOf(CryptofuseUnavailableException);
  });

  it('takes a page where JSON was asked for as an invalid response', async () => {
    client.sandbox.fail({ on: 'api', html: true, status: 200 });
    expect(await exceptionOf(get('/user/me/'))).toMatchObject({
      code: 'invalid_response',
      upstreamStatus: 200,
    });
  });

  it.each(['https://evil.example/', '//evil.example/', '/payments/\\evil', 'http://127.0.0.1:1/'])(
    'sends nothing to %s',
    async (path) => {
      const exception = await exceptionOf(get(path));
      expect(exception).toBeInstanceOf(CryptofuseDestinationException);
      expect(exception).toBeInstanceOf(InternalServerErrorException);
      expect(client.sandbox.requests).toEqual([]);
    },
  );

  it('strikes what the server echoes of our secrets', async () => {
    const { clientSecret } = client.sandbox;
    const token = await client.tokens.getToken();
    const basic = Buffer.from(`${client.sandbox.clientId}:${clientSecret}`).toString('base64');
    const echoed = [clientSecret, token, basic, Buffer.from(token).toString('base64')];
    const body = {
      error: { code: 'odd', message: echoed.join(' '), details: { [token]: echoed } },
    };
    client.sandbox.fail({ on: 'api', status: 400, body });
    const exception = await exceptionOf(get('/payments/'));
    const told = inspect(exception, { depth: null, showHidden: true });
    for (const secret of echoed) expect(told).not.toContain(secret);
    expect(exception.message).toBe('[secret] [secret] [secret] [secret]');
  });
});

function jsonType(body: unknown): Record<string, string> {
  return { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' };
}
