import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AxiosRequestConfig } from 'axios';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { lastValueFrom } from 'rxjs';
import { CryptofuseConfigException, type CryptofuseHttpService } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { Sink } from '../support/sink.js';

type Stated = (sink: number) => AxiosRequestConfig;

const called = jest.fn();
const refuse = (): never => {
  called();
  throw new Error('What a call stated was used.');
};

/** An agent whose every connection goes to the sink. */
function leading(Agent: typeof http.Agent, sink: number): http.Agent {
  const agent = new Agent();
  agent.createConnection = () => net.connect(sink, '127.0.0.1');
  return agent;
}

/** Options that would send the bearer elsewhere, by the name in the refusal. */
const OPTIONS: Readonly<Record<string, Stated>> = {
  auth: () => ({ auth: { username: 'evil', password: 'evil' } }),
  baseURL: (sink) => ({ baseURL: `http://127.0.0.1:${sink}` }),
  proxy: (port) => ({ proxy: { protocol: 'http', host: '127.0.0.1', port } }),
  socketPath: () => ({ socketPath: '/tmp/evil.sock' }),
  adapter: () => ({ adapter: refuse }),
  maxRedirects: () => ({ maxRedirects: 21 }),
  beforeRedirect: () => ({ beforeRedirect: refuse }),
  transport: () => ({ transport: { request: refuse } }),
  lookup: () => ({ lookup: refuse }),
  httpAgent: (sink) => ({ httpAgent: leading(http.Agent, sink) }),
  httpsAgent: (sink) => ({ httpsAgent: leading(https.Agent, sink) }),
  fetchOptions: () => ({ fetchOptions: { redirect: 'follow' } }),
  env: () => ({ env: { fetch: refuse } }),
  allowAbsoluteUrls: () => ({ allowAbsoluteUrls: false }),
  family: () => ({ family: 6 }),
  insecureHTTPParser: () => ({ insecureHTTPParser: true }),
  httpVersion: () => ({ httpVersion: 2 }),
};

/** Every way for an application to state an option of axios. */
const WAYS: Readonly<
  Record<string, (http: CryptofuseHttpService, config: AxiosRequestConfig) => Promise<unknown>>
> = {
  get: (service, config) => lastValueFrom(service.get('/payments/', config)),
  post: (service, config) => lastValueFrom(service.post('/payments/', {}, config)),
  request: (service, config) => lastValueFrom(service.request({ url: '/payments/', ...config })),
  axiosRef: ({ axiosRef }, config) => axiosRef('/payments/', config),
  'a child of axiosRef': ({ axiosRef }, config) => axiosRef.create(config).get('/payments/'),
  'an interceptor of axios': async ({ axiosRef }, config) => {
    const { request } = axiosRef.interceptors;
    const id = request.use((call) => Object.assign(call, config));
    try {
      return await axiosRef.get('/payments/');
    } finally {
      request.eject(id);
    }
  },
  'a transformer of axios': ({ axiosRef }, config) => {
    const transformRequest = function (this: object, data: unknown): unknown {
      Object.assign(this, config);
      return data;
    };
    return axiosRef.post('/payments/', 'text', { transformRequest });
  },
  'the defaults of axiosRef': async ({ axiosRef }, config) => {
    const before = { ...axiosRef.defaults };
    Object.assign(axiosRef.defaults, config);
    try {
      return await axiosRef.get('/payments/');
    } finally {
      for (const name of Object.keys(config)) Reflect.deleteProperty(axiosRef.defaults, name);
      Object.assign(axiosRef.defaults, before);
    }
  },
};

describe('options of axios that would send the bearer elsewhere', () => {
  let client: SandboxClient;
  let sink: Sink;
  beforeAll(async () => {
    sink = await Sink.start();
    client = await startSandboxClient();
  });
  afterAll(async () => {
    await client.stop();
    await sink.stop();
  });
  afterEach(() => {
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  it.each(Object.entries(OPTIONS))('are refused by name: %s', async (name, stated) => {
    for (const [way, call] of Object.entries(WAYS)) {
      const refused = await rejectionOf(call(client.http, stated(sink.port)));
      expect([way, refused]).toEqual([way, expect.any(CryptofuseConfigException)]);
      const { problems } = refused as CryptofuseConfigException;
      expect([way, problems.map(({ property }) => property)]).toEqual([way, [name]]);
    }
    expect(client.sandbox.requests).toEqual([]);
    expect(called).not.toHaveBeenCalled();
  });
});
