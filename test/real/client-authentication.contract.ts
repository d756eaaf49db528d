import { expect, it } from '@jest/globals';

import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { encodedBasic, rawBasic, requestToken } from './token-request.js';

type Authorization = (target: ContractTarget) => string | null;

const refused: readonly [string, Authorization][] = [
  ['a wrong secret', ({ clientId }) => rawBasic(clientId, 'wrong')],
  ['an unknown client', ({ clientSecret }) => rawBasic('unknown', clientSecret)],
  ['no authentication', () => null],
  ['the scheme in lower case', (target) => encodedBasic(target).replace('Basic', 'basic')],
  ['the scheme in upper case', (target) => encodedBasic(target).replace('Basic', 'BASIC')],
  ['another scheme', (target) => encodedBasic(target).replace('Basic', 'Bearer')],
  ['a scheme without a value', () => 'Basic'],
  ['a value that is not base64', () => 'Basic !!!'],
  ['a value without a colon', ({ clientId }) => `Basic ${btoa(clientId)}`],
  ['an empty secret', ({ clientId }) => rawBasic(clientId, '')],
];

/** Secrets, and whether each form of the Basic value is accepted (FACTS 1.1). */
const secrets: readonly [string, string, 200 | 401, 200 | 401][] = [
  ['letters and digits', 'abcXYZ0189', 200, 200],
  ['a plus', 'ab+cd', 401, 200],
  ['a percent sign before hexadecimal digits', 'ab%41cd', 401, 200],
  ['a percent sign before anything else', 'ab%zz', 200, 200],
  ['a space', 'ab cd', 200, 200],
  ['a colon', 'ab:cd', 200, 200],
  ['an ampersand, an equals sign and a slash', 'a&b=c/d', 200, 200],
  ['characters beyond ASCII', 'pässwörd€', 200, 200],
];

/** FACTS 1.1 and 1.3: client authentication at the token endpoint. */
export function describeClientAuthentication(target: () => ContractTarget): void {
  it.each(refused)('refuses %s with 401 invalid_client', async (_what, authorization) => {
    const response = await requestToken(target(), { authorization: authorization(target()) });

    expect(response.status).toBe(401);
    expect(jsonOf(response)).toEqual({ error: 'invalid_client' });
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_client"');
    expect(response.headers['content-type']).toBe('application/json');
  });

  it.each(secrets)('a secret with %s, raw: %j gives %d', async (_what, clientSecret, status) => {
    const { clientId } = await target().addClient({ clientSecret });

    const authorization = rawBasic(clientId, clientSecret);

    expect((await requestToken(target(), { authorization })).status).toBe(status);
  });

  it.each(secrets)(
    'a secret with %s, form-urlencoded',
    async (_what, clientSecret, _raw, status) => {
      const client = await target().addClient({ clientSecret });

      const authorization = encodedBasic(client);

      expect((await requestToken(target(), { authorization })).status).toBe(status);
    },
  );

  it('a client id with a colon needs the form-urlencoded form', async () => {
    const client = await target().addClient({ clientId: 'shop:1', clientSecret: 'secret' });

    const raw = await requestToken(target(), { authorization: rawBasic('shop:1', 'secret') });
    const encoded = await requestToken(target(), { authorization: encodedBasic(client) });

    expect([raw.status, encoded.status]).toEqual([401, 200]);
  });

  it('takes no Latin-1', async () => {
    const { clientId } = await target().addClient({ clientSecret: 'pässwörd' });

    const authorization = rawBasic(clientId, 'pässwörd', 'latin1');

    expect((await requestToken(target(), { authorization })).status).toBe(401);
  });

  it('takes the credentials in the body too', async () => {
    const { clientId, clientSecret } = target();
    const credentials = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
    const form = `grant_type=client_credentials&${credentials.toString()}`;

    expect((await requestToken(target(), { authorization: null, form })).status).toBe(200);
  });

  it('a rotated secret replaces the old one at once', async () => {
    const old = encodedBasic(target());

    await target().rotateSecret();

    expect((await requestToken(target(), { authorization: old })).status).toBe(401);
    expect((await requestToken(target())).status).toBe(200);
  });
}
