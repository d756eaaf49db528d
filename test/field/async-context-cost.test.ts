import { afterAll, describe, expect, it } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { Agent } from 'undici';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { startSandboxClient } from '../support/sandbox-client.js';

describe('a call that need not wait', () => {
  const dispatcher = new Agent();

  afterAll(() => dispatcher.close());

  it.each([
    ['axios', axiosTransport()],
    ['undici', undiciTransport()],
    ['a dispatcher of the application', undiciTransport({ dispatcher })],
  ])('creates no async context, on %s', async (_, transport) => {
    const client = await startSandboxClient({ client: { transport } });
    await client.api.me();
    let kept = 0;
    const hook = createHook({
      init: (__, type) => {
        if (type.startsWith('Cryptofuse')) kept += 1;
      },
    }).enable();
    await client.api.me();
    await client.api.post('/echo/', { amount: '1' });
    hook.disable();
    await client.stop();
    expect(kept).toBe(0);
  });
});
