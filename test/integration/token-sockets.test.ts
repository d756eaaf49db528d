import { afterEach, expect, it } from '@jest/globals';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

/** More than there are sockets for calls. */
const CROWD = 100;

let client: SandboxClient;
afterEach(() => client.stop());

it('a token is fetched although hanging calls hold every socket', async () => {
  client = await startSandboxClient();
  const { api, tokens, sandbox } = client;
  await api.me();
  sandbox.fail({ on: 'api', hang: true, times: CROWD });
  const controller = new AbortController();
  const calls = Array.from({ length: CROWD }, () =>
    rejectionOf(api.post('/payments/', {}, { signal: controller.signal })),
  );
  await until(() => sandbox.counters.apiRequests > 64);
  tokens.invalidate();
  await tokens.getToken();
  expect(sandbox.counters.tokenRequests).toBe(2);
  controller.abort(new Error('enough'));
  await Promise.all(calls);
});
