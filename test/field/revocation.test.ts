import { afterEach, describe, expect, it } from '@jest/globals';
import {
  CryptofuseAuthenticationException,
  CryptofuseServerException,
  CryptofuseTimeoutException,
  CryptofuseUnavailableException,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { LoggedLines } from '../support/logged-lines.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

describe.each(BOTH_TRANSPORTS)('the revocation of a token, on %s', (_, transport) => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (options: CryptofuseModuleOptions = {}): Promise<void> => {
    const clock = new VirtualClock({ frozen: true });
    client = await startSandboxClient({ sandbox: { clock }, client: { transport, ...options } });
    await client.tokens.getToken();
  };
  const failed = () => exceptionOf(hurried(client.sandbox.clock, client.tokens.revoke()));

  it.each([200, 201, 202, 204])('is a success with %d', async (status) => {
    await start();
    client.sandbox.fail({ on: 'revoke', status });
    await expect(client.tokens.revoke()).resolves.toBeUndefined();
    expect(client.tokens.status().state).toBe('none');
  });

  it.each([
    ['a page of 404', { html: true as const, status: 404 }, CryptofuseServerException, 'http_404'],
    ['a page of 502', { html: true as const }, CryptofuseServerException, 'http_502'],
    ['a 503', { status: 503 }, CryptofuseServerException, 'http_503'],
    ['a 405', { status: 405 }, CryptofuseServerException, 'http_405'],
    ['a redirect', { status: 301 }, CryptofuseServerException, 'redirect_refused'],
    [
      'a refused client',
      { status: 401, body: { error: 'invalid_client' } },
      CryptofuseAuthenticationException,
      'invalid_client',
    ],
    [
      'a cut connection',
      { reset: 'before' as const },
      CryptofuseUnavailableException,
      'connection_reset',
    ],
    ['no response', { hang: true as const }, CryptofuseTimeoutException, 'timeout'],
  ])('that meets %s names its endpoint', async (_name, fault, type, code) => {
    await start();
    const lines = LoggedLines.collect();
    client.sandbox.fail({ on: 'revoke', ...fault });
    const exception = await failed();
    lines.release();
    expect(exception).toBeInstanceOf(type);
    expect(exception.code).toBe(code);
    expect(exception.message).toContain('The token was not revoked at /o/revoke_token/.');
    expect(exception.hint ?? '').not.toContain('/o/token/');
    expect(lines.warnings.join()).toContain('/o/revoke_token/');
  });

  it.each([404, 405, 503])(
    'that meets a %d that is not an OAuth response says what to verify',
    async (status) => {
      await start();
      client.sandbox.fail({ on: 'revoke', status });
      const { hint } = await failed();
      expect(hint).toContain('revocation endpoint');
      expect(hint).toContain('baseUrl: /o/revoke_token/ must be right below it');
    },
  );

  it('that meets a Retry-After reports it, and delays no token request', async () => {
    await start();
    client.sandbox.fail({ on: 'revoke', status: 503, headers: { 'retry-after': '120' } });
    expect(await failed()).toMatchObject({ retryAfter: 120_000 });
    await client.api.me();
  });

  it('that cannot get the secret says so', async () => {
    let isThere = true;
    await start({
      clientSecret: () => {
        if (isThere) return client.sandbox.clientSecret;
        throw new Error('The vault is closed.');
      },
    });
    isThere = false;
    expect(await failed()).toMatchObject({
      code: 'credentials_unavailable',
      message: expect.stringContaining('/o/revoke_token/'),
    });
  });
});
