import { expect, it } from '@jest/globals';

import { callApi, jsonRequest } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { issueToken, requestToken, revoke } from './token-request.js';

const slashless: readonly [string, string, string][] = [
  ['GET', '/user/me', '/user/me/'],
  ['GET', '/payments', '/payments/'],
  ['POST', '/payments', '/payments/'],
  ['PUT', '/payments/pay_1', '/payments/pay_1/'],
  ['PATCH', '/payments/pay_1', '/payments/pay_1/'],
  ['DELETE', '/payments/pay_1', '/payments/pay_1/'],
  ['HEAD', '/user/me', '/user/me/'],
  ['POST', '/echo', '/echo/'],
  ['GET', '/payments?status=a&status=b', '/payments/?status=a&status=b'],
  ['GET', '/export?bytes=5', '/export/?bytes=5'],
];

const unknown: readonly [string, string][] = [
  ['POST', '/o/nonsense/'],
  ['GET', '/o/'],
  ['POST', '/o/nonsense'],
  ['GET', '/nonsense/'],
  ['GET', '/'],
];

/** FACTS 1.4 and 1.7: slashes, unknown paths, and a path prefix. */
export function describePaths(target: () => ContractTarget): void {
  it.each(slashless)('redirects %s %s to the path with a slash', async (method, path, location) => {
    const response = await callApi(target(), undefined, path, { method });

    expect(response.status).toBe(301);
    expect(response.headers.location).toBe(location);
  });

  it('redirects a token request, and issues nothing', async () => {
    const response = await requestToken(target(), { path: '/o/token' });

    expect(response.status).toBe(301);
    expect(response.headers.location).toBe('/o/token/');
    expect(await target().counters()).toMatchObject({ tokensIssued: 0 });
  });

  it('a redirect takes nothing of the limit', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 1 });

    const redirect = await requestToken(target(), { path: '/o/token' });

    expect(redirect.headers['x-ratelimit-limit']).toBeUndefined();
    expect((await requestToken(target())).status).toBe(200);
  });

  it('redirects a revocation, and revokes nothing', async () => {
    const token = await issueToken(target());

    const response = await revoke(target(), token, { path: '/o/revoke_token' });

    expect(response.status).toBe(301);
    expect(response.headers.location).toBe('/o/revoke_token/');
    expect((await callApi(target(), token, '/user/me/')).status).toBe(200);
  });

  it('creates nothing when the slash is missing', async () => {
    const body = jsonRequest('POST', { amount: '10.00', currency: 'USDT' });

    const response = await callApi(target(), await issueToken(target()), '/payments', body);

    expect(response.status).toBe(301);
    expect(await target().counters()).toMatchObject({ payments: 0 });
  });

  it.each(unknown)('responds to %s %s with 404 HTML', async (method, path) => {
    const response = await callApi(target(), undefined, path, { method });

    expect(response.status).toBe(404);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
    expect(response.body.toString()).toContain('<');
  });
}
