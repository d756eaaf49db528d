import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe.each([
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
])('under fake timers, over %s', (_, transport) => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { transport } });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await client.stop();
  });

  it('a call works, with its token', async () => {
    jest.useFakeTimers();
    await client.api.post('/payments/', PAYMENT);
    client.sandbox.revokeAll();
    await client.api.post('/payments/', PAYMENT);
    expect(client.sandbox.payments).toHaveLength(2);
  });

  it('a call that began before works on', async () => {
    const call = client.api.post('/payments/', PAYMENT);
    jest.useFakeTimers();
    await call;
    jest.useRealTimers();
    await client.api.post('/payments/', PAYMENT);
    expect(client.sandbox.payments).toHaveLength(2);
  });
});
