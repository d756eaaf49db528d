import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { posix } from 'node:path';
import { CryptofuseException } from '../../lib/index.js';
import { anyText } from '../support/any-text.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { seededRun } from '../support/seeded-run.js';
import { Sink } from '../support/sink.js';
import { untypedCall } from '../support/untyped-call.js';
import { CLIENT_ID, CLIENT_SECRET, leaksIn } from './leaks.js';
import { anyValue, realised } from './odd-values.js';
import { LONGEST_PROPERTY, scaledRuns } from './scaled-runs.js';
import { settlementOf } from './settlement.js';

const PREFIX = '/api/v1';
/** Inputs after which the sandbox is reset: its log is read after every input, and so is kept short. */
const INPUTS_A_LOG = 100;

/** Parts of paths that have led some client to another host, in every spelling. */
const PIECES = [
  ...[
    '/',
    '/',
    '//',
    '///',
    '\\',
    '\\\\',
    '.',
    '..',
    '/..',
    '/../',
    '../',
    './',
    '..;/',
    ';',
    '...',
  ],
  ...[
    '%2e',
    '%2E%2e',
    '%252e%252e',
    '%2f',
    '%2F',
    '%252f',
    '%5c',
    '%255c',
    '%25',
    '%',
    '%zz',
    '%00',
  ],
  ...['%c0%ae', '%c0%af', '%u002e', '\uff0e\uff0e', '\u2024\u2024', '\uff0f', '\u2215', '\u3002'],
  ...[
    '?',
    '#',
    '@',
    ':',
    '&',
    '=',
    '[',
    ']',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\0',
    '\u0085',
    '\ud800',
    '\ufeff',
  ],
  ...[
    'http:',
    'https:',
    'http://',
    'HTTP:\\\\',
    'ws://',
    'file:///',
    'data:',
    'javascript:',
    'blob:',
  ],
  ...[
    'user@',
    'user:password@',
    ':@',
    'payments/',
    'user/me/',
    'o/token/',
    'v1',
    'v2/',
    'api',
    'API/V1',
  ],
  ...[' HTTP/1.1\r\nHost: evil.example\r\n\r\n', '\r\nAuthorization: Basic x', '?a=b&c=//d/../e'],
];

/** Hosts that are, or only look like, that of `baseUrl`, and those of the sink. */
function hostsOf({ sandbox }: SandboxClient, sink: Sink): string[] {
  const { port } = new URL(sandbox.url);
  const names = [
    '127.0.0.1',
    'localhost',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ];
  return [port, String(sink.port)].flatMap((each) => names.map((name) => `${name}:${each}`));
}

function anyPath(hosts: readonly string[], url: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 3, arbitrary: fc.constantFrom(...hosts, ...hosts.map((host) => `http://${host}`)) },
    { weight: 2, arbitrary: fc.constantFrom(url, `${url}/`, url.slice(0, -PREFIX.length), PREFIX) },
    { weight: 1, arbitrary: anyText(0, 5) },
  );
  const glued = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const below = glued.map((rest) => `/payments/${rest}`);
  const elsewhere = fc
    .tuple(
      fc.constantFrom('http://', 'https://', '//', 'http://a@'),
      fc.constantFrom(...hosts),
      glued,
    )
    .map(([scheme, host, rest]) => `${scheme}${host}${PREFIX}/${rest}`);
  return fc.oneof(glued, glued, below, elsewhere, anyText());
}

/** Returns the path of a request as read by a server that decodes it twice and resolves dot segments. */
function widelyRead(target: string): string {
  const [path = ''] = target.split('?', 1);
  const decoded = [1, 2].reduce(
    (text) => text.replace(/%[0-7][0-9a-f]/gi, (escape) => decodeURIComponent(escape)),
    path,
  );
  return posix.normalize(decoded.replaceAll('\\', '/').replaceAll(/\/[.][.];[^/]*/g, '/..'));
}

describe('whatever a path is,', () => {
  let client: SandboxClient;
  let sink: Sink;
  let inputs = 0;
  /** The results of the calls: `answered`, or the code of the exception. */
  let endings: Set<string>;
  beforeEach(async () => {
    endings = new Set();
    sink = await Sink.start();
    client = await startSandboxClient({
      sandbox: { prefix: PREFIX, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
      client: { retry: false, token: { budget: 1_000_000 } },
    });
  });
  afterEach(async () => {
    await client.stop();
    await sink.stop();
  });

  async function expectNoStray(call: () => Promise<unknown>): Promise<void> {
    inputs += 1;
    if (inputs % INPUTS_A_LOG === 0) client.sandbox.reset();
    const settlement = await settlementOf(call);
    if ('error' in settlement) {
      expect(settlement.error).toBeInstanceOf(CryptofuseException);
      expect(leaksIn(settlement.error)).toEqual([]);
      endings.add((settlement.error as CryptofuseException).code);
    } else endings.add('answered');
    const outside = client.sandbox.requests
      .map(({ path }) => path)
      .filter((path) => !`${widelyRead(path)}/`.startsWith(`${PREFIX}/`));
    expect(outside).toEqual([]);
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  }

  it(
    'the bearer stays below baseUrl',
    async () => {
      const path = anyPath(hostsOf(client, sink), client.sandbox.url);
      const method = fc.constantFrom('GET', 'POST', 'DELETE');
      const property = fc.asyncProperty(path, method, fc.boolean(), (text, verb, isService) =>
        expectNoStray(() =>
          isService
            ? client.api.request(verb, text, verb === 'POST' ? { body: {} } : {})
            : client.http.axiosRef.request({ method: verb, url: text }),
        ),
      );
      await seededRun('paths', property, scaledRuns(4_000));
      expect([...endings]).toEqual(expect.arrayContaining(['answered', 'destination_refused']));
    },
    LONGEST_PROPERTY,
  );

  it(
    'the bearer stays below baseUrl when the API redirects to it',
    async () => {
      const path = anyPath(hostsOf(client, sink), client.sandbox.url);
      const location = path.filter((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text));
      const status = fc.constantFrom(301, 302, 303, 307, 308);
      const property = fc.asyncProperty(location, status, fc.boolean(), (text, code, isService) => {
        client.sandbox.fail({ on: 'api', status: code, headers: { location: text } });
        return expectNoStray(() =>
          isService ? client.api.get('/payments/') : client.http.axiosRef.get('/payments/'),
        );
      });
      await seededRun('locations', property, scaledRuns(1_000));
      expect([...endings]).toEqual(expect.arrayContaining(['answered', 'redirect_refused']));
    },
    LONGEST_PROPERTY,
  );

  it(
    'the call settles, even if the path is no text at all',
    async () => {
      const property = fc.asyncProperty(
        anyValue(),
        anyValue(),
        fc.boolean(),
        (path, method, isVerb) => {
          const stated = realised(isVerb ? method : path);
          return expectNoStray(() =>
            isVerb
              ? untypedCall(client, 'request', stated, '/payments/')
              : untypedCall(client, 'get', stated),
          );
        },
      );
      await seededRun('no paths', property, scaledRuns(1_000));
    },
    LONGEST_PROPERTY,
  );
});
