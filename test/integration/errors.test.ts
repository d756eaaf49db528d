import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  InternalServerErrorException,
  ServiceUnavailableException,
  type HttpException,
} from '@nestjs/common';
import { inspect } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { SecretRedactor } from '../../lib/config/secret-redactor.js';
import { CryptofuseDestinationException, CryptofuseUnavailableException } from '../../lib/index.js';
import { API_ERRORS, DOCUMENTED_403, errorObject, TOKEN_ERRORS } from '../support/error-rows.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

/** All codes except an unknown one and a limit, which says when it ends. */
const HINTED = new Set(
  TOKEN_ERRORS.map(([, , , , code]) => code).filter(
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

  it.each(API_ERRORS)(
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

  it.each(TOKEN_ERRORS)(
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
    client.sandbox.fail({ on: 'api', status: 422, body: errorObject('invalid_amount') });
    const exception = await exceptionOf(get('/payments/'));
    expect((exception as unknown as HttpException).getResponse()).toEqual({
      statusCode: 422,
      message: 'It is invalid_amount.',
      code: 'invalid_amount',
    });
  });

  it('names the required scopes and those of the token', async () => {
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
    client.sandbox.fail({
      on: source,
      status: 429,
      body: errorObject('rate_limit_exceeded'),
      headers,
    });
    await expect(get('/payments/')).rejects.toMatchObject({
      source,
      retryAfter: 70_000,
      retryable: true,
    });
  });

  it('reports a cut connection as a missing response', async () => {
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

  it('reports a cut body as a missing response', async () => {
    client.sandbox.fail({ on: 'api', truncate: true });
    expect(await exceptionOf(get('/user/me/'))).toBeInstanceOf(CryptofuseUnavailableException);
  });

  it('reports a page instead of JSON as an invalid response', async () => {
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

  it('redacts our secrets when the server echoes them', async () => {
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

  it('does not search a successful response for secrets', async () => {
    const redact = jest.spyOn(SecretRedactor.prototype, 'redact');
    await get('/user/me/');
    expect(redact).not.toHaveBeenCalled();
    client.sandbox.fail({ on: 'api', status: 400, body: errorObject('odd') });
    await exceptionOf(get('/payments/'));
    expect(redact).toHaveBeenCalled();
    redact.mockRestore();
  });
});

function jsonType(body: unknown): Record<string, string> {
  return { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' };
}
