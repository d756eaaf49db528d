import { expect, it } from '@jest/globals';

import { callApi } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { encodedBasic, FORM, issueToken, requestToken, tokenOf } from './token-request.js';

const GRANT = 'grant_type=client_credentials';

/** Bodies that get no token, each with its `error`. */
const refused: readonly [string, string, string][] = [
  ['an empty body', '', 'unsupported_grant_type'],
  ['a body without grant_type', 'scope=read', 'unsupported_grant_type'],
  ['an unknown grant type', 'grant_type=nonsense', 'unsupported_grant_type'],
  ['an empty scope', `${GRANT}&scope=`, 'invalid_scope'],
  ['scopes with a comma', `${GRANT}&scope=read,write`, 'invalid_scope'],
  ['an unknown scope', `${GRANT}&scope=admin`, 'invalid_scope'],
  ['a known and an unknown scope', `${GRANT}&scope=read+admin`, 'invalid_scope'],
  ['a scope in capitals', `${GRANT}&scope=READ`, 'invalid_scope'],
  ['two spaces between scopes', `${GRANT}&scope=read++write`, 'invalid_scope'],
];

const granted: readonly [string, string, string][] = [
  ['no scope', GRANT, 'read write'],
  ['both scopes', `${GRANT}&scope=read+write`, 'read write'],
  ['both scopes in another order', `${GRANT}&scope=write+read`, 'write read'],
  ['one scope', `${GRANT}&scope=read`, 'read'],
  ['spaces around', `${GRANT}&scope=+read+`, 'read'],
  ['a scope twice', `${GRANT}&scope=read+read`, 'read read'],
  ['two scope parameters, the last one', `${GRANT}&scope=read&scope=write`, 'write'],
];

/** Grants that the API does not support, each with the error of the server. */
const otherGrants: readonly [string, string, string | undefined][] = [
  ['grant_type=password', 'invalid_request', 'Request is missing username parameter.'],
  ['grant_type=password&username=a&password=b', 'invalid_grant', 'Invalid credentials given.'],
  ['grant_type=authorization_code', 'invalid_request', 'Missing code parameter.'],
  ['grant_type=authorization_code&code=x', 'unauthorized_client', undefined],
  ['grant_type=refresh_token&refresh_token=x', 'invalid_grant', undefined],
];

/** FACTS 1.3 to 1.6: the responses of the token endpoint to an authenticated client. */
export function describeTokenEndpoint(target: () => ContractTarget): void {
  it('issues an opaque bearer token that lives an hour', async () => {
    const response = await requestToken(target());

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers.pragma).toBe('no-cache');
    expect(jsonOf(response)).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{30}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    });
  });

  it.each(refused)('refuses %s with 400', async (_what, form, error) => {
    const response = await requestToken(target(), { form });

    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['www-authenticate']).toBeUndefined();
    expect(jsonOf(response)).toEqual({ error });
  });

  it('reads a multipart body', async () => {
    const response = await requestToken(target(), {
      contentType: 'multipart/form-data; boundary=limit',
      form: [
        '--limit',
        'Content-Disposition: form-data; name="grant_type"',
        '',
        'client_credentials',
        '--limit--',
        '',
      ].join('\r\n'),
    });

    expect(response.status).toBe(200);
  });

  it('responds to a multipart body without a boundary with 400 HTML', async () => {
    const response = await requestToken(target(), { contentType: 'multipart/form-data' });

    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
  });

  it('reads no form whose media type is in capitals', async () => {
    const response = await requestToken(target(), { contentType: FORM.toUpperCase() });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error: 'unsupported_grant_type' });
  });

  it('reads a form that states its charset', async () => {
    const response = await requestToken(target(), { contentType: `${FORM}; charset=utf-8` });

    expect(response.status).toBe(200);
  });

  it.each(otherGrants)('refuses another grant: %s', async (form, error, description) => {
    const response = await requestToken(target(), { form });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error, error_description: description });
  });

  it('looks at the grant type before the client', async () => {
    const response = await requestToken(target(), { authorization: null, form: 'grant_type=x' });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error: 'unsupported_grant_type' });
  });

  it('reads no JSON body', async () => {
    const response = await requestToken(target(), {
      contentType: 'application/json',
      form: JSON.stringify({ grant_type: 'client_credentials' }),
    });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error: 'unsupported_grant_type' });
  });

  it('refuses a client of another grant with 400 unauthorized_client', async () => {
    const client = await target().addClient({ grant: 'authorization-code' });

    const response = await requestToken(target(), { authorization: encodedBasic(client) });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error: 'unauthorized_client' });
  });

  it.each(granted)('grants what was asked: %s', async (_what, form, scope) => {
    expect(jsonOf(await requestToken(target(), { form }))).toMatchObject({ scope });
  });

  it('without a scope grants all that the client may have', async () => {
    const client = await target().addClient({ scopes: ['read'] });

    const response = await requestToken(target(), {
      authorization: encodedBasic(client),
      form: GRANT,
    });

    expect(jsonOf(response)).toMatchObject({ scope: 'read' });
  });

  it('refuses a scope that the client may not have, and narrows nothing', async () => {
    const client = await target().addClient({ scopes: ['read'] });

    const response = await requestToken(target(), { authorization: encodedBasic(client) });

    expect(response.status).toBe(400);
    expect(jsonOf(response)).toEqual({ error: 'invalid_scope' });
  });

  it('issues 50 distinct tokens to 50 parallel requests', async () => {
    const requests = Array.from({ length: 50 }, () => issueToken(target()));

    expect(new Set(await Promise.all(requests)).size).toBe(50);
  });

  it('leaves older tokens valid', async () => {
    const older = await issueToken(target());
    await issueToken(target());

    expect((await callApi(target(), older, '/user/me/')).status).toBe(200);
  });

  it.each([0, -5, 36_000])('sends expires_in as configured: %d', async (lifetime) => {
    await target().setTokenLifetime(lifetime);

    expect(jsonOf(await requestToken(target()))).toMatchObject({ expires_in: lifetime });
  });

  it.each([0, -5])('a token with expires_in %d is expired from the start', async (lifetime) => {
    await target().setTokenLifetime(lifetime);
    const token = tokenOf(await requestToken(target()));

    expect((await callApi(target(), token, '/user/me/')).status).toBe(401);
  });

  it('a token outlives the secret it was requested with', async () => {
    const token = await issueToken(target());

    await target().rotateSecret();

    expect((await callApi(target(), token, '/user/me/')).status).toBe(200);
  });

  it('responds to a query string with 500 HTML', async () => {
    const response = await requestToken(target(), { path: '/o/token/?debug=1' });

    expect(response.status).toBe(500);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
    'responds to %s with 405 and no body',
    async (method) => {
      const response = await requestToken(target(), { method, form: undefined });

      expect(response.status).toBe(405);
      expect(response.headers.allow).toBe('POST, OPTIONS');
      expect(response.body).toHaveLength(0);
    },
  );

  it('counts requests and tokens', async () => {
    await requestToken(target());
    await requestToken(target(), { authorization: null });

    expect(await target().counters()).toMatchObject({ tokenRequests: 2, tokensIssued: 1 });
  });
}
