import { expect, it } from '@jest/globals';

import { callApi } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { encodedBasic, issueToken } from './token-request.js';

const authenticationFailed = {
  error: {
    code: 'authentication_failed',
    message: 'Invalid authentication credentials',
    details: { hint: 'Check your client_id and client_secret' },
  },
};

type Headers = (target: ContractTarget) => Record<string, string>;

const missing: readonly [string, Headers][] = [
  ['no header', () => ({})],
  ['a scheme without a token', () => ({ authorization: 'Bearer' })],
  ['another scheme', () => ({ authorization: 'Token abc' })],
  ['client credentials', (target) => ({ authorization: encodedBasic(target) })],
];

type TokenSource = (target: ContractTarget) => Promise<string>;

const bad: readonly [string, TokenSource][] = [
  ['a garbage token', () => Promise.resolve('garbage')],
  ['an expired token', (target) => tokenAfter(target, () => target.expireAll())],
  ['a revoked token', (target) => tokenAfter(target, () => target.revokeAll())],
];

const paths = ['/user/me/', '/payments/', '/payments/pay_1/', '/export/?bytes=1'];

/** Scopes, and requests for which they do not suffice. */
const forbidden: readonly [string, string, string, string][] = [
  ['write', 'GET', '/user/me/', 'read'],
  ['write', 'GET', '/payments/', 'read'],
  ['write', 'GET', '/export/?bytes=1', 'read'],
  ['read', 'POST', '/payments/', 'write'],
  ['read', 'PUT', '/payments/pay_1/', 'write'],
  ['read', 'PATCH', '/payments/pay_1/', 'write'],
  ['read', 'DELETE', '/payments/pay_1/', 'write'],
  ['read', 'POST', '/echo/', 'write'],
];

/** FACTS 2 and the authentication page: 401 and 403 of the API. */
export function describeAuthorisation(target: () => ContractTarget): void {
  it.each(missing)('responds to %s with 401', async (_what, headers) => {
    const response = await callApi(target(), undefined, '/user/me/', {
      headers: headers(target()),
    });

    expect(response.status).toBe(401);
    expect(jsonOf(response)).toEqual(authenticationFailed);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="api"');
  });

  it.each(bad)('responds to %s with 401 and error="invalid_token"', async (_what, source) => {
    const response = await callApi(target(), await source(target()), '/user/me/');

    expect(response.status).toBe(401);
    expect(jsonOf(response)).toEqual(authenticationFailed);
    expect(response.headers['www-authenticate']).toMatch(
      /^Bearer realm="api", ?error="invalid_token"/,
    );
  });

  it.each(paths)('%s requires a token', async (path) => {
    const response = await callApi(target(), undefined, path);

    expect(response.status).toBe(401);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
  });

  it('a 401 to HEAD has no body', async () => {
    const response = await callApi(target(), undefined, '/user/me/', { method: 'HEAD' });

    expect(response.status).toBe(401);
    expect(response.body).toHaveLength(0);
  });

  it('takes the scheme in lower case', async () => {
    const headers = { authorization: `bearer ${await issueToken(target())}` };

    expect((await callApi(target(), undefined, '/user/me/', { headers })).status).toBe(200);
  });

  it.each(forbidden)('with %s alone, %s %s is 403', async (scope, method, path, required) => {
    const response = await callApi(target(), await issueToken(target(), scope), path, { method });

    expect(response.status).toBe(403);
    expect(jsonOf(response)).toEqual({
      error: {
        code: 'permission_denied',
        message: 'Token does not have required scope',
        details: { required_scopes: [required], token_scopes: [scope] },
      },
    });
  });

  it('looks at the scope before the method', async () => {
    const token = await issueToken(target(), 'read');

    expect((await callApi(target(), token, '/user/me/', { method: 'POST' })).status).toBe(403);
  });

  it('HEAD needs only the scope read', async () => {
    const token = await issueToken(target(), 'read');

    const response = await callApi(target(), token, '/user/me/', { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(response.body).toHaveLength(0);
  });
}

async function tokenAfter(target: ContractTarget, event: () => Promise<void>): Promise<string> {
  const token = await issueToken(target);
  await event();
  return token;
}
