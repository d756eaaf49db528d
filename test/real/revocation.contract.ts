import { expect, it } from '@jest/globals';

import { callApi } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import type { RawAnswer } from './raw-request.js';
import {
  encodedBasic,
  issueToken,
  rawBasic,
  requestToken,
  revoke,
  tokenOf,
} from './token-request.js';

type TokenSource = (target: ContractTarget) => Promise<string>;

const accepted: readonly [string, TokenSource][] = [
  ['a valid token', (target) => issueToken(target)],
  ['an unknown token', () => Promise.resolve('unknown')],
  ['an expired token', expiredToken],
  ['a token that was revoked before', revokedToken],
];

const hints = ['access_token', 'refresh_token', 'nonsense'];

/** FACTS 1.8 and RFC 7009: revocation. */
export function describeRevocation(target: () => ContractTarget): void {
  it.each(accepted)('responds to %s with 200 and an empty body', async (_what, source) => {
    expectRevoked(await revoke(target(), await source(target())));
  });

  it('a revoked token is refused, and the others are not', async () => {
    const [revoked, other] = [await issueToken(target()), await issueToken(target())];

    await revoke(target(), revoked);

    expect((await callApi(target(), revoked, '/user/me/')).status).toBe(401);
    expect((await callApi(target(), other, '/user/me/')).status).toBe(200);
  });

  it.each(hints)('revokes an access token whatever the hint: %s', async (hint) => {
    const token = await issueToken(target());

    expectRevoked(
      await revoke(target(), token, { form: `token=${token}&token_type_hint=${hint}` }),
    );
    expect((await callApi(target(), token, '/user/me/')).status).toBe(401);
  });

  it.each(['', 'token=', 'token_type_hint=access_token'])(
    'responds to a body without a token with 400: %j',
    async (form) => {
      const response = await revoke(target(), '', { form });

      expect(response.status).toBe(400);
      expect(jsonOf(response)).toMatchObject({ error: 'invalid_request' });
    },
  );

  it('responds to a multipart body without a boundary with 400 HTML', async () => {
    const response = await revoke(target(), 'unknown', { contentType: 'multipart/form-data' });

    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
  });

  it('looks for a token before the client', async () => {
    const response = await revoke(target(), '', { authorization: null, form: '' });

    expect(response.status).toBe(400);
  });

  it.each([
    ['a wrong secret', (clientId: string) => rawBasic(clientId, 'wrong')],
    ['no authentication', () => null],
  ])('refuses %s with 401, and revokes nothing', async (_what, authorization) => {
    const token = await issueToken(target());

    const response = await revoke(target(), token, {
      authorization: authorization(target().clientId),
    });

    expect(response.status).toBe(401);
    expect(jsonOf(response)).toEqual({ error: 'invalid_client' });
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_client"');
    expect((await callApi(target(), token, '/user/me/')).status).toBe(200);
  });

  it("revokes another client's token as well", async () => {
    const authorization = encodedBasic(await target().addClient({}));
    const token = tokenOf(await requestToken(target(), { authorization }));

    expectRevoked(await revoke(target(), token));
    expect((await callApi(target(), token, '/user/me/')).status).toBe(401);
  });

  it('responds to a query string with 400', async () => {
    const response = await revoke(target(), 'unknown', { path: '/o/revoke_token/?debug=1' });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toMatchObject({ error: 'invalid_request' });
  });

  it('responds to GET with 405 and no body', async () => {
    const response = await revoke(target(), '', { method: 'GET', form: undefined });

    expect(response.status).toBe(405);
    expect(response.body).toHaveLength(0);
  });

  it('counts revocations', async () => {
    await revoke(target(), 'unknown');

    expect(await target().counters()).toMatchObject({ revocations: 1, tokenRequests: 0 });
  });
}

function expectRevoked(response: RawAnswer): void {
  expect(response.status).toBe(200);
  expect(response.headers['content-type']).toMatch(/^text\/html/);
  expect(response.body).toHaveLength(0);
}

async function expiredToken(target: ContractTarget): Promise<string> {
  const token = await issueToken(target);
  await target.expireAll();
  return token;
}

async function revokedToken(target: ContractTarget): Promise<string> {
  const token = await issueToken(target);
  await revoke(target, token);
  return token;
}
