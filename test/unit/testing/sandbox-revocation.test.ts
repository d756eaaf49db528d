import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { type ReceivedResponse, SandboxCaller } from './sandbox-caller.js';

describe('CryptofuseSandbox, POST /o/revoke_token/', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;

  beforeAll(async () => {
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false });
    sandbox.addClient({ clientId: 'other', clientSecret: 'o' });
    caller = new SandboxCaller(sandbox);
  });

  afterAll(() => sandbox.stop());

  const revoke = (form: string, authorization?: string): Promise<ReceivedResponse> =>
    caller.postForm('/o/revoke_token/', form, authorization);

  const expectDone = ({ status, headers, text }: ReceivedResponse): void => {
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/html');
    expect(text).toBe('');
  };

  it('revokes a token, and accepts a second revocation', async () => {
    const token = await caller.token();
    expectDone(await revoke(`token=${token}&token_type_hint=access_token`));
    expect((await caller.call('GET', '/user/me/', token)).status).toBe(401);
    expectDone(await revoke(`token=${token}`));
  });

  it('responds alike for an expired and an unknown token', async () => {
    const token = await caller.token();
    sandbox.expireAll();
    expectDone(await revoke(`token=${token}`));
    expectDone(await revoke('token=unknown&token_type_hint=whatever'));
  });

  it('revokes the token of another client as well', async () => {
    const token = await caller.token();
    expectDone(await revoke(`token=${token}`, caller.basic('other', 'o')));
    expect((await caller.call('GET', '/user/me/', token)).status).toBe(401);
  });

  it.each(['a=b', 'token='])(
    'refuses %p, which has no token, before it authenticates the client',
    async (form) => {
      const { status, json } = await revoke(form, '');
      expect(status).toBe(400);
      expect(json).toMatchObject({ error: 'invalid_request' });
    },
  );

  it('refuses a bad secret, and leaves the token valid', async () => {
    const token = await caller.token();
    const { status, headers, json } = await revoke(
      `token=${token}`,
      caller.basic(sandbox.clientId, 'nope'),
    );
    expect(status).toBe(401);
    expect(json).toEqual({ error: 'invalid_client' });
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_client"');
    expect((await caller.call('GET', '/user/me/', token)).status).toBe(200);
  });

  it('refuses a query string, and a GET', async () => {
    const query = await caller.postForm('/o/revoke_token/?a=1', 'token=x');
    expect(query.status).toBe(400);
    expect(query.json).toMatchObject({ error: 'invalid_request' });
    const get = await caller.send('/o/revoke_token/');
    expect(get.status).toBe(405);
    expect(get.text).toBe('');
  });
});
