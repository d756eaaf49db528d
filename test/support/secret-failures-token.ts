import type { SandboxFault } from '../../lib/testing/index.js';
import { hurried } from './hurried.js';
import type { SecretBench, SecretServers } from './secret-bench.js';
import type { SecretFailure } from './secret-failure.js';
import { WRITINGS } from './secret-search.js';

type Body = (servers: SecretServers) => unknown;

const OAUTH = [
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_request',
  'invalid_scope',
];

/** What goes wrong between the client and the token endpoint. */
export const TOKEN_FAILURES: readonly SecretFailure[] = [
  ...OAUTH.map((error) =>
    refused(`${error} that echoes everything`, error, 400, ({ echoes }) => ({
      error,
      error_description: echoes.join(' '),
      details: { echoes },
    })),
  ),
  ...WRITINGS.map(([name, write]) =>
    refused(
      `the secret in error_description, ${name}`,
      'invalid_client',
      401,
      ({ shape, basic }) => ({
        error: 'invalid_client',
        error_description: `Not good: ${write(shape.secret)}, nor Basic ${write(basic)}.`,
      }),
    ),
  ),
  refused('the secret as the error code', /^\[secret\]/, 400, ({ shape }) => ({
    error: shape.secret,
  })),
  refused('the Basic header in the details', 'server_error', 500, ({ basic }) => ({
    error: 'server_error',
    request: { headers: { Authorization: `Basic ${basic}`, Cookie: [basic] } },
  })),
  refused('a page that echoes everything', 'http_500', 500, ({ echoes }) => echoes.join('<br>')),
  refused('a page with 200', 'invalid_token_response', 200, ({ echoes }) => echoes.join('<br>')),
  refused('a limit that echoes', 'rate_limit_exceeded', 429, ({ echoes }) => ({
    error: { code: 'rate_limit_exceeded', message: echoes.join(), details: echoes },
  })),
  refused('503 that echoes', 'service_unavailable', 503, ({ echoes }) => ({
    error: { code: 'service_unavailable', message: echoes.join(), details: echoes },
  })),
  refused(
    'a redirect to a place that holds the secret',
    'redirect_refused',
    302,
    () => '',
    ({ shape }) => ({
      location: `https://elsewhere.example/?secret=${encodeURIComponent(shape.secret)}`,
    }),
  ),
  refused(
    'JSON that is none',
    'invalid_token_response',
    200,
    ({ shape }) => `{"a":"${shape.secret}`,
    () => ({
      'content-type': 'application/json',
    }),
  ),
  ungranted('a token that is too long', 'invalid_token_response', 200, ({ shape }) => ({
    access_token: shape.token.repeat(400),
    token_type: 'Bearer',
  })),
  ungranted('a token of another type', 'invalid_token_response', 200, ({ shape }) => ({
    access_token: shape.token,
    token_type: `mac ${shape.token}`,
  })),
  ungranted('a scope that holds the token', 'invalid_token_response', 200, ({ shape }) => ({
    access_token: shape.token,
    token_type: 'Bearer',
    scope: `read "${shape.token}"`,
  })),
  ungranted('an error beside a token', 'odd', 200, ({ shape }) => ({
    access_token: shape.token,
    token_type: 'Bearer',
    error: 'odd',
    error_description: `No good: ${shape.token}`,
  })),
  ungranted('a token in an error', 'odd', 400, ({ shape }) => ({
    error: { code: 'odd', message: `No good: ${shape.token}` },
    access_token: shape.token,
    hint: [shape.token],
  })),
  refused(
    'the secret in headers',
    'invalid_client',
    401,
    () => ({ error: 'invalid_client' }),
    ({ basic }) => ({
      'www-authenticate': `Basic realm="${basic}"`,
      'retry-after': basic,
      date: basic,
    }),
  ),
  unanswered('the connection is reset before the server acts', 'connection_reset', {
    reset: 'before',
  }),
  unanswered('the connection is reset after the server acted', 'connection_reset', {
    reset: 'after',
  }),
  unanswered('the answer is cut', /^(response_truncated|connection_reset)$/, { truncate: true }),
  unanswered('no answer comes in time', 'token_timeout', { hang: true }),
  revocation('a refused revocation that echoes', 'odd', {
    status: 400,
    body: (servers) => ({ error: 'odd', error_description: servers.echoes.join(' ') }),
  }),
  revocation('a revocation that is reset', 'connection_reset', { reset: 'before' }),
];

function refused(
  name: string,
  code: SecretFailure['code'],
  status: number,
  body: Body,
  headers: (servers: SecretServers) => Record<string, string> = () => ({}),
): SecretFailure {
  return {
    name: `token endpoint: ${name}`,
    code,
    provoke: (bench) => {
      const { servers } = bench;
      const stated = { body: body(servers), headers: headers(servers) };
      return failedRenewal(bench, { on: 'token', status, times: Infinity, ...stated });
    },
  };
}

function unanswered(name: string, code: SecretFailure['code'], fault: SandboxFault): SecretFailure {
  return {
    name: `token endpoint: ${name}`,
    code,
    provoke: (bench) => failedRenewal(bench, { ...fault, on: 'token', times: Infinity }),
  };
}

/** The server can echo a token that it has given out: so there was one before. */
async function failedRenewal(bench: SecretBench, fault: SandboxFault): Promise<unknown> {
  await bench.tokens.getToken();
  bench.tokens.invalidate();
  return failedRequest(bench, fault);
}

function failedRequest({ servers, call }: SecretBench, fault: SandboxFault): Promise<unknown> {
  servers.sandbox.fail(fault);
  return hurried(servers.sandbox.clock, call('GET', '/payments/'));
}

/** An answer to the first request, with a token that nobody knows of yet. */
function ungranted(name: string, code: string, status: number, body: Body): SecretFailure {
  return {
    name: `token endpoint: ${name}`,
    code,
    provoke: (bench) =>
      failedRequest(bench, { on: 'token', status, times: Infinity, body: body(bench.servers) }),
  };
}

type RevocationFault =
  { readonly status: number; readonly body: Body } | { readonly reset: 'before' };

function revocation(name: string, code: string, fault: RevocationFault): SecretFailure {
  return {
    name: `token endpoint: ${name}`,
    code,
    provoke: async ({ servers, tokens }) => {
      await tokens.getToken();
      const stated = 'body' in fault ? { ...fault, body: fault.body(servers) } : fault;
      servers.sandbox.fail({ ...stated, on: { path: '/o/revoke_token/' } });
      await tokens.revoke();
    },
  };
}
