import { Readable } from 'node:stream';
import { AxiosError } from 'axios';
import {
  CryptofuseHttpService,
  type CryptofuseInterceptor,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { hurried } from './hurried.js';
import type { BenchCall, SecretBench, SecretServers } from './secret-bench.js';
import type { SecretFailure } from './secret-failure.js';

const INVALID = 'invalid_options';

/** What cannot be sent as JSON. */
const UNSENDABLE: readonly {
  readonly name: string;
  readonly call: (servers: SecretServers) => BenchCall;
  readonly axiosCode: SecretFailure['code'];
}[] = [
  {
    name: 'a body of a bigint beside a secret',
    call: ({ shape }) => ({ body: { secret: shape.secret, amount: 1n } }),
    axiosCode: INVALID,
  },
  {
    name: 'a body that refers to itself',
    call: ({ shape }) => ({ body: circular(shape.secret) }),
    // axios copies objects before anything else is asked, and this one without end.
    axiosCode: undefined,
  },
  {
    name: 'a body of which JSON holds nothing',
    call: ({ shape }) => ({ body: { map: new Map([[shape.secret, shape.token]]) } }),
    axiosCode: INVALID,
  },
];

/** What goes wrong before anything is sent, or in what the application itself provides. */
export const LOCAL_FAILURES: readonly SecretFailure[] = [
  callRefused('another host', 'destination_refused', ({ shape }) => [
    `https://elsewhere.example/?token=${encodeURIComponent(shape.token)}`,
  ]),
  callRefused('a path upwards', 'destination_refused', ({ basic }) => [
    `/%2e%2e%2fadmin/${encodeURIComponent(basic)}`,
  ]),
  callRefused('a path with a space', 'destination_refused', ({ shape }) => [`/a b/${shape.token}`]),
  callRefused('userinfo in the path', 'destination_refused', ({ basic }) => [
    `https://user:${basic}@127.0.0.1/`,
  ]),
  callRefused('an Authorization header', INVALID, ({ shape }) => [
    '/payments/',
    { headers: { authorization: `Bearer ${shape.token}` } },
  ]),
  {
    ...callRefused('a header that cannot be sent', INVALID, ({ shape }) => [
      '/payments/',
      { headers: { 'x-key': `${shape.secret}\r\n${shape.token}` } },
    ]),
    // axios takes the line break out, and the header is sent.
    face: 'CryptofuseService',
  },
  ...UNSENDABLE.map(({ name, call, axiosCode }): SecretFailure[] => {
    const args = (servers: SecretServers) => ['/payments/', call(servers)] as const;
    const axiosFace = 'CryptofuseHttpService';
    return [
      { ...callRefused(name, INVALID, args), face: 'CryptofuseService' },
      { ...callRefused(`${name}, as axios takes it`, axiosCode, args), face: axiosFace },
    ];
  }).flat(),
  callRefused('a timeout that is a secret', INVALID, ({ shape }) => [
    '/payments/',
    { timeout: shape.secret as unknown as number },
  ]),
  {
    name: 'local: an interceptor of the axios instance that throws all it has',
    code: undefined,
    face: 'CryptofuseHttpService',
    provoke: ({ call, module }) => {
      const { axiosRef } = module.get(CryptofuseHttpService);
      axiosRef.interceptors.response.use((response) => {
        throw new AxiosError('Request failed', 'ERR', response.config, response.request, response);
      });
      return call('GET', '/user/me/');
    },
  },
  {
    name: 'local: a method that is a secret',
    code: INVALID,
    provoke: ({ call, servers }) => call(servers.shape.secret, '/payments/'),
  },
  {
    name: 'local: a stream that fails with the secret',
    code: 'request_body_failed',
    provoke: ({ call, servers }) => call('POST', '/payments/', { body: failing(servers) }),
  },
  options('proxy that nothing listens at', 'connection_refused', ({ basic }) => ({
    proxy: `http://user:${encodeURIComponent(basic)}@127.0.0.1:1`,
  })),
  options('nothing listens', 'connection_refused', () => ({ baseUrl: 'http://127.0.0.1:1' })),
  options('TLS with what speaks none', 'tls_failure', ({ sandbox }) => ({
    baseUrl: sandbox.url.replace('http:', 'https:'),
  })),
  options('clientSecret throws the secret', 'credentials_unavailable', ({ shape }) => ({
    clientSecret: () => {
      throw new Error(`Vault: ${shape.secret}`, { cause: { secret: shape.secret } });
    },
  })),
  options('clientSecret rejects with the secret', 'credentials_unavailable', ({ shape }) => ({
    clientSecret: () => Promise.reject(new Error(shape.secret)),
  })),
  options('clientSecret gives what is no secret', 'credentials_unavailable', ({ shape }) => ({
    clientSecret: () => ({ secret: shape.secret }) as unknown as string,
  })),
  {
    name: 'local: clientSecret takes too long',
    code: 'token_timeout',
    options: () => ({ clientSecret: () => new Promise<string>(() => undefined) }),
    provoke: ({ call, servers }) => hurried(servers.sandbox.clock, call('GET', '/payments/')),
  },
  {
    name: 'local: the budget of token requests is spent',
    code: /^(token_budget_spent|rate_limit_exceeded)$/,
    options: () => ({ token: { budget: 1 } }),
    provoke: async ({ call, tokens }) => {
      for (let round = 0; round < 3; round += 1) {
        tokens.invalidate();
        await call('GET', '/user/me/');
      }
    },
  },
  {
    name: 'local: the quota is spent',
    code: 'quota_spent',
    options: () => ({ quota: { policy: 'fail' } }),
    provoke: async ({ call, servers: { sandbox } }) => {
      const reset = Math.ceil(sandbox.clock.now() / 1_000) + 60;
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
      sandbox.fail({ on: 'api', headers });
      await call('GET', '/user/me/');
      await call('GET', '/user/me/');
    },
  },
  {
    name: 'local: the token does not have the scope',
    code: 'insufficient_scope',
    options: () => ({ scopes: ['read'] }),
    provoke: ({ call }) => call('POST', '/payments/', { body: { amount: '1.00' } }),
  },
  {
    name: 'local: the application aborts',
    code: undefined,
    provoke: async ({ call, servers: { sandbox } }) => {
      sandbox.fail({ on: 'api', hang: true });
      const controller = new AbortController();
      const answer = call('GET', '/user/me/', { signal: controller.signal });
      controller.abort(new Error('It was enough.'));
      await answer;
    },
  },
  {
    name: 'local: the client is closed',
    code: 'client_closed',
    provoke: async ({ call, module, servers: { sandbox }, tokens }) => {
      await tokens.getToken();
      sandbox.fail({ on: 'api', hang: true });
      const answer = call('GET', '/user/me/');
      answer.catch(() => undefined);
      await module.close();
      await answer;
    },
  },
  intercepted('an interceptor without an answer', 'invalid_interceptor', {
    intercept: async (request, next) => {
      await next(request);
      return undefined as never;
    },
  }),
  intercepted('an interceptor that passes on nothing', INVALID, {
    intercept: (_, next) => next(undefined as never),
  }),
  intercepted('an interceptor that throws all it has, as axios does', undefined, {
    intercept: async (request, next) => {
      const response = await next(request);
      const context = { isAxiosError: true, config: request, request, response };
      throw Object.assign(new Error('Request failed'), context, { cause: context });
    },
  }),
  start('baseUrl with the secret in it', ({ shape }) => ({
    baseUrl: `https://user:${encodeURIComponent(shape.secret)}@api.example`,
  })),
  start('a scope that is no scope token', ({ shape }) => ({ scopes: [`${shape.secret} "`] })),
  start('a timeout that is the secret', ({ shape }) => ({ timeout: shape.secret })),
  start('a group that is the secret', ({ shape }) => ({
    retry: shape.secret,
    token: shape.secret,
  })),
  start('members that are the secret', ({ shape }) => ({
    retry: { attempts: shape.secret, methods: [shape.secret], statuses: [shape.secret] },
    quota: { policy: shape.secret },
    token: { budget: shape.secret },
  })),
  start('a misspelt option', ({ shape }) => ({ clientSecert: shape.secret, secret: shape.secret })),
  start('a proxy that is none', ({ shape }) => ({ proxy: `ftp://user:${shape.secret}@host` })),
  start('three secrets', ({ shape }) => ({ clientSecret: [shape.secret, shape.secret, 'third'] })),
  start('a secret with a control character', ({ shape }) => ({
    clientSecret: `${shape.secret}\n`,
  })),
  start('a secret in a box', ({ shape }) => ({ clientSecret: Object(shape.secret) as unknown })),
  start('interceptors that are the secret', ({ shape }) => ({ interceptors: [shape.secret] })),
  {
    name: 'start: no token, where one is required',
    code: 'connection_refused',
    options: () => ({ token: { eager: 'required' }, baseUrl: 'http://127.0.0.1:1' }),
  },
];

function circular(secret: string): object {
  const body: Record<string, unknown> = { secret };
  body['body'] = body;
  return body;
}

function callRefused(
  name: string,
  code: SecretFailure['code'],
  args: (servers: SecretServers) => readonly [path: string, call?: BenchCall],
): SecretFailure {
  return {
    name: `local: ${name}`,
    code,
    provoke: (bench) => posted(bench, ...args(bench.servers)),
  };
}

/** With a token at hand, so that there is something to find. */
async function posted({ call, tokens }: SecretBench, path: string, stated?: BenchCall) {
  await tokens.getToken();
  await call('POST', path, stated);
}

function failing({ shape }: SecretServers): Readable {
  return new Readable({
    read() {
      this.destroy(new Error(`Cannot read ${shape.secret}`, { cause: shape.token }));
    },
  });
}

function options(
  name: string,
  code: string,
  stated: (servers: SecretServers) => CryptofuseModuleOptions,
): SecretFailure {
  return {
    name: `local: ${name}`,
    code,
    options: stated,
    provoke: ({ call, servers }) => hurried(servers.sandbox.clock, call('GET', '/payments/')),
  };
}

function intercepted(
  name: string,
  code: string | undefined,
  interceptor: CryptofuseInterceptor,
): SecretFailure {
  return {
    name: `local: ${name}`,
    code,
    options: () => ({ interceptors: [interceptor] }),
    provoke: ({ call }) => call('GET', '/user/me/'),
  };
}

function start(name: string, stated: (servers: SecretServers) => object): SecretFailure {
  return { name: `start: ${name}`, code: INVALID, options: stated };
}
