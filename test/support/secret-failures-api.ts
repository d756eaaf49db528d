import type { CryptofuseModuleOptions } from '../../lib/index.js';
import type { SandboxFault } from '../../lib/testing/index.js';
import { hurried } from './hurried.js';
import type { SecretServers } from './secret-bench.js';
import type { SecretFailure } from './secret-failure.js';
import { rawAnswer } from './secret-raw-server.js';
import { WRITINGS } from './secret-search.js';

type Body = (servers: SecretServers) => unknown;

/** Some transports tell no more than that the connection broke. */
const MALFORMED = /^(response_malformed|connection_reset)$/;
const STATUSES = [400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503];

/** What goes wrong between the client and the API. */
export const API_FAILURES: readonly SecretFailure[] = [
  ...STATUSES.map((status) =>
    answered(`${status} that echoes everything`, 'odd', status, ({ echoes }) => ({
      error: { code: 'odd', message: `You sent ${echoes.join(' ')}`, details: { echoes } },
    })),
  ),
  ...WRITINGS.map(([name, write]) =>
    answered(`the token in the message, ${name}`, 'odd', 400, ({ shape }) => ({
      error: { code: 'odd', message: `Bad header: Bearer ${write(shape.token)}.` },
    })),
  ),
  answered('secrets deep in the details', 'odd', 422, ({ echoes }) => ({
    error: { code: 'odd', details: { a: [{ b: { c: echoes } }], d: [[[echoes]]] } },
  })),
  answered('secrets as the keys of details', 'odd', 422, ({ echoes }) => ({
    error: { code: 'odd', details: Object.fromEntries(echoes.map((echo) => [echo, echo])) },
  })),
  answered('the headers of the request', 'http_400', 400, ({ shape }) => ({
    headers: { authorization: `Bearer ${shape.token}` },
    HTTP_AUTHORIZATION: `Bearer ${shape.token}`,
  })),
  answered('the token as the code', /^\[secret\]/, 400, ({ shape }) => ({
    error: { code: shape.token },
  })),
  answered('a token behind much text', 'odd', 400, ({ shape: { token } }) => ({
    error: {
      code: 'odd',
      message: `${'x'.repeat(980)}${token}`,
      details: ' '.repeat(3_990) + token,
    },
  })),
  answered('details of a megabyte', 'odd', 400, ({ shape: { token } }) => ({
    error: { code: 'odd', message: token.repeat(9_000), details: Array(9_000).fill(token) },
  })),
  answered('scopes that are secrets', 'permission_denied', 403, ({ shape, basic }) => ({
    error: {
      code: 'permission_denied',
      details: { required_scopes: [shape.token, 'write'], token_scopes: `read ${basic}` },
    },
  })),
  answered('a page that echoes everything', 'http_502', 502, ({ echoes }) => echoes.join('<br>')),
  answered('a page where JSON was asked for', 'invalid_response', 200, ({ echoes }) =>
    echoes.join(),
  ),
  answered(
    'JSON that is none',
    'invalid_response',
    200,
    ({ shape }) => `{"a":"${shape.token}`,
    ({ shape }) => ({
      'content-type': 'application/json',
      'x-echo': shape.token,
    }),
  ),
  answered(
    'headers that echo',
    'http_429',
    429,
    () => '',
    ({ shape, basic }) => ({
      'x-echo': shape.token,
      'www-authenticate': `Bearer error_description="${basic}"`,
      'retry-after': basic,
      'x-ratelimit-limit': basic,
      'x-ratelimit-reset': shape.token,
      'set-cookie': `token=${basic}`,
      'content-type': `text/${basic}`,
    }),
  ),
  answered(
    'a content coding that is the token',
    'http_400',
    400,
    () => 'x',
    ({ basic }) => ({
      'content-encoding': basic,
    }),
  ),
  answered(
    'an answer that is not what its coding says',
    'response_undecodable',
    200,
    ({ echoes }) => echoes.join(),
    () => ({
      'content-encoding': 'gzip',
    }),
  ),
  answered('a redirect out of baseUrl', 'redirect_refused', 302, () => '', toElsewhere),
  answered(
    'a redirect of a POST',
    'redirect_refused',
    307,
    ({ echoes }) => echoes.join(),
    toElsewhere,
    'POST',
  ),
  answered(
    'an answer that is too large',
    'response_too_large',
    200,
    ({ echoes }) => echoes,
    () => ({}),
    'GET',
    { maxResponseSize: 100 },
  ),
  unanswered('the connection is reset before the server acts', 'connection_reset', {
    reset: 'before',
  }),
  unanswered('the connection is reset after the server acted', 'connection_reset', {
    reset: 'after',
  }),
  unanswered('the answer is cut', /^(response_truncated|connection_reset)$/, { truncate: true }),
  unanswered('no answer comes in time', 'timeout', { hang: true }),
  raw('an answer that is no HTTP', MALFORMED, ({ shape }) => `Bearer ${shape.token}\r\n\r\n`),
  raw(
    'a header that is none',
    MALFORMED,
    ({ shape }) => `HTTP/1.1 200 OK\r\n${shape.token}\r\n\r\n`,
  ),
  raw('a reason that is the token', 'http_500', ({ basic }) =>
    rawAnswer(500, `Bearer ${basic}`, ''),
  ),
  raw('details whose names are those of credentials', 'odd', () =>
    rawAnswer(400, 'Bad', '{"error":{"code":"odd"},"details":{"refresh_token":"ungiven-refresh"}}'),
  ),
];

function toElsewhere({ shape }: SecretServers): Record<string, string> {
  return { location: `https://elsewhere.example/?token=${encodeURIComponent(shape.token)}` };
}

function answered(
  name: string,
  code: SecretFailure['code'],
  status: number,
  body: Body,
  headers: (servers: SecretServers) => Record<string, string> = () => ({}),
  method = 'GET',
  options: CryptofuseModuleOptions = {},
): SecretFailure {
  return {
    name: `API: ${name}`,
    code,
    options: () => options,
    provoke: ({ servers, call }) => {
      const stated = { body: body(servers), headers: headers(servers) };
      servers.sandbox.fail({ on: 'api', status, times: Infinity, ...stated });
      return call(method, '/payments/');
    },
  };
}

function unanswered(name: string, code: SecretFailure['code'], fault: SandboxFault): SecretFailure {
  return {
    name: `API: ${name}`,
    code,
    provoke: ({ servers: { sandbox }, call }) => {
      sandbox.fail({ ...fault, on: 'api', times: Infinity });
      return hurried(sandbox.clock, call('GET', '/user/me/'));
    },
  };
}

function raw(
  name: string,
  code: SecretFailure['code'],
  answer: (servers: SecretServers) => string,
): SecretFailure {
  return {
    name: `API: ${name}`,
    code,
    options: (servers) => ({ baseUrl: servers.raw.url }),
    provoke: ({ servers, call }) => {
      servers.raw.answer = answer(servers);
      return call('GET', '/payments/');
    },
  };
}
