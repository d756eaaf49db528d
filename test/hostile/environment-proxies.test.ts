import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RawRecorder } from '../support/raw-recorder.js';
import { Sink } from '../support/sink.js';
import { startSandboxClient } from '../support/sandbox-client.js';
import { ForkedClient } from './forked-client.js';

/** The variables in which programs look for a proxy. */
const VARIABLES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
];
const MORE = ['npm_config_proxy', 'npm_config_http_proxy', 'GLOBAL_AGENT_HTTP_PROXY'];

describe('proxies of the environment', () => {
  let recorder: RawRecorder;
  let sink: Sink;
  /** A process started with all of them, since Node reads some when it starts. */
  let surrounded: ForkedClient;
  let bare: ForkedClient;
  let bytes: readonly string[];
  beforeAll(async () => {
    recorder = await RawRecorder.start();
    sink = await Sink.start();
    const all = [...VARIABLES, ...MORE].map((name) => [name, sink.url]);
    surrounded = new ForkedClient({
      ...(Object.fromEntries(all) as Record<string, string>),
      NODE_USE_ENV_PROXY: '1',
      NO_PROXY: 'evil.example',
      no_proxy: 'evil.example',
    });
    bare = new ForkedClient();
    await bare.run({ baseUrl: recorder.url, sink: sink.port, when: 'before' });
    bytes = recorder.take();
  });
  afterAll(async () => {
    await surrounded.stop();
    await bare.stop();
    await recorder.stop();
    await sink.stop();
  });
  afterEach(() => {
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  it('are not used by a client in a process that was started with all of them', async () => {
    expect(bytes.length).toBeGreaterThan(10);
    await surrounded.run({ baseUrl: recorder.url, sink: sink.port, when: 'before' });
    expect(recorder.take()).toEqual(bytes);
  });

  it.each(['before', 'after'] as const)(
    'are not used when they are set %s the start',
    async (when) => {
      for (const name of [...VARIABLES, ...MORE]) {
        const environment = { [name]: sink.url, NODE_USE_ENV_PROXY: '1' };
        await bare.run({ baseUrl: recorder.url, sink: sink.port, when, environment });
        expect([name, recorder.take()]).toEqual([name, bytes]);
      }
    },
  );

  it('are not used for https either', async () => {
    const secure = { baseUrl: 'https://127.0.0.1:1', sink: sink.port, isBrief: true } as const;
    const { calls } = await surrounded.run({ ...secure, when: 'before' });
    expect(calls).toEqual([expect.stringMatching(/^CryptofuseUnavailableException/)]);
  });

  it('give way to the option, which is used', async () => {
    const proxy = await RawRecorder.start();
    const client = await startSandboxClient({ client: { proxy: proxy.url } });
    try {
      await client.api.me();
      expect(proxy.requests.map((request) => request.split(' ', 2)[1])).toEqual([
        `${client.sandbox.url}/o/token/`,
        `${client.sandbox.url}/user/me/`,
      ]);
      expect(client.sandbox.requests).toEqual([]);
    } finally {
      await client.stop();
      await proxy.stop();
    }
  });
});
