import { afterEach, describe, expect, it } from '@jest/globals';
import { CryptofuseServerException } from '../../lib/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { hurried } from '../support/hurried.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

describe.each(BOTH_TRANSPORTS)('empty members of a token response, on %s', (_, transport) => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  const start = async (tokenResponse: Readonly<Record<string, unknown>>): Promise<void> => {
    client = await startSandboxClient({ sandbox: { tokenResponse }, client: { transport } });
  };
  const failed = () => exceptionOf(hurried(client.sandbox.clock, client.api.me()));

  it.each([
    { error: null },
    { error: '' },
    { error: undefined },
    { error: null, error_description: null, error_uri: null },
    { error: '', refresh_token: null, scope: null, expires_in: null },
  ])('%j are no error', async (members) => {
    await start(members);
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
    await client.api.post('/payments/', { amount: '10.00', currency: 'USDT' });
    expect(client.sandbox.counters.tokenRequests).toBe(1);
    expect(client.tokens.status().lastFailure).toBeUndefined();
  });

  it.each([
    { error: 'invalid_client' },
    { error: false },
    { error: 0 },
    { error: {} },
    { error: [] },
    { error: ' ' },
  ])('%j is an error, whatever the other members are', async (members) => {
    await start(members);
    await exceptionOf(hurried(client.sandbox.clock, client.api.me()));
    expect(client.sandbox.counters.apiRequests).toBe(0);
  });

  it('error: null without a token is reported as a missing token', async () => {
    await start({ error: null, access_token: undefined });
    expect(await failed()).toMatchObject({
      code: 'invalid_token_response',
      message: 'The response of the token endpoint has no usable access_token.',
    });
  });

  it.each([{ token_type: undefined }, { token_type: null }, { token_type: '' }])(
    '%j is reported as missing',
    async (members) => {
      await start(members);
      const exception = await failed();
      expect(exception).toBeInstanceOf(CryptofuseServerException);
      expect(exception).toMatchObject({
        code: 'invalid_token_response',
        message: 'The response of the token endpoint has no token_type.',
      });
    },
  );

  it.each([{ token_type: 'mac' }, { token_type: 5 }, { token_type: ['Bearer'] }])(
    '%j is reported as a type other than Bearer',
    async (members) => {
      await start(members);
      expect(await failed()).toMatchObject({
        message: 'The response of the token endpoint has a token_type other than Bearer.',
      });
    },
  );

  it.each(['bearer', 'BEARER'])('token_type %s is Bearer', async (token_type) => {
    await start({ token_type });
    await expect(client.api.me()).resolves.toMatchObject({ name: 'Your Merchant Name' });
  });
});
