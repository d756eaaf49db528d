import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import {
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
} from '../../lib/index.js';
import { anyText } from '../support/any-text.js';
import { seededRun } from '../support/seeded-run.js';
import { Sink } from '../support/sink.js';
import { anyHeaders } from './any-headers.js';
import { PREFIX, startUsualServer } from './fuzz-server.js';
import { CLIENT_ID, CLIENT_SECRET, leaksIn } from './leaks.js';
import { anyValue, isOwnError, realised } from './odd-values.js';
import type { RawServer } from './raw-server.js';
import { isMeant } from './request-bytes.js';
import { LONGEST_PROPERTY, scaledRuns } from './scaled-runs.js';
import { settlementOf } from './settlement.js';

/** Excludes values that only make a call wait, such as very short deadlines and endless retries. */
const isQuick = (value: unknown): boolean => !(typeof value === 'number' && value > 0);

const BODIES = [{ amount: '1' }, 'text', null, [], 0, false, '', { a: { b: [1, null] } }];

function anyMembers(
  members: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Record<string, unknown>> {
  const stated = Object.entries(members).map(([name, value]) => fc.tuple(fc.constant(name), value));
  const all = fc.array(fc.oneof(...stated), { maxLength: 4 });
  return all.map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
}

describe('whatever a call states,', () => {
  let server: RawServer;
  let sink: Sink;
  let module: TestingModule;
  let api: CryptofuseService;
  let http: CryptofuseHttpService;
  let sent: number;
  beforeEach(async () => {
    sent = 0;
    sink = await Sink.start();
    server = await startUsualServer();
    module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          baseUrl: `${server.url}${PREFIX}`,
          retry: { attempts: 1, maxDelay: 1 },
          token: { budget: 1_000_000 },
        }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    api = module.get(CryptofuseService);
    http = module.get(CryptofuseHttpService);
  });
  afterEach(async () => {
    await module.close();
    await server.stop();
    await sink.stop();
  });

  /** Expects `call` to settle, to show no credential, and to send only complete and intended requests. */
  async function expectSafe(call: () => Promise<unknown>, isOurs = isCryptofuse): Promise<void> {
    const settlement = await settlementOf(call);
    if ('error' in settlement) {
      expect(isOurs(settlement.error) || settlement.error).toBe(true);
      expect(leaksIn(settlement.error)).toEqual([]);
    } else await drained(settlement.value);
    const requests = server.take();
    if (requests.length > 0) {
      sent += 1;
      // Any bytes left on its connection would appear in this request.
      await api.get('/probe/');
      requests.push(...server.take());
    }
    expect(requests.filter((request) => !isMeant(request))).toEqual([]);
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  }

  it(
    'its headers are sent as headers, or refused',
    async () => {
      const isService = fc.boolean();
      const body = fc.constantFrom(undefined, ...BODIES);
      const property = fc.asyncProperty(
        anyHeaders,
        body,
        isService,
        async (headers, data, ours) => {
          const stated = realised(headers) as Record<string, string>;
          await expectSafe(
            () =>
              ours
                ? api.request('POST', '/payments/', { headers: stated, body: data })
                : http.axiosRef.post('/payments/', data, { headers: stated }),
            ours ? isCryptofuse : isAnyError,
          );
        },
      );
      await seededRun('headers', property, scaledRuns(3_000));
      expect(sent).toBeGreaterThan(0);
    },
    LONGEST_PROPERTY,
  );

  it(
    'its options work, or are refused',
    async () => {
      const quick = anyValue().filter(isQuick);
      const options = anyMembers({
        query: fc.oneof(anyValue(), fc.dictionary(anyText(0, 5), anyValue())),
        headers: fc.oneof(anyValue(), anyHeaders),
        body: anyValue(),
        signal: anyValue(),
        timeout: fc.oneof(quick, fc.constantFrom(0, -1, NaN, 60_000, 2 ** 31, Infinity)),
        retry: fc.oneof(
          quick,
          anyMembers({
            attempts: quick,
            maxDelay: quick,
            methods: anyValue(),
            statuses: anyValue(),
          }),
        ),
        querry: anyValue(),
        baseURL: fc.constant(sink.url),
        __proto__: anyValue(),
      });
      const method = fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS');
      const property = fc.asyncProperty(
        fc.oneof(options, options, anyValue()),
        method,
        (stated, verb) => {
          const made = realised(stated) as object;
          return expectSafe(() => api.request(verb, '/payments/', made));
        },
      );
      await seededRun('options', property, scaledRuns(4_000));
      expect(sent).toBeGreaterThan(0);
    },
    LONGEST_PROPERTY,
  );

  it(
    'its options of axios work, or are refused',
    async () => {
      const { port } = sink;
      const quick = anyValue().filter(isQuick);
      const location = { protocol: 'http:', host: '127.0.0.1', hostname: '127.0.0.1', port };
      const options = anyMembers({
        url: fc.constantFrom('/payments/', sink.url, `//127.0.0.1:${port}/`, `${sink.url}@x/`),
        baseURL: fc.oneof(fc.constant(sink.url), anyValue()),
        proxy: fc.oneof(fc.constant(location), anyValue()),
        auth: fc.oneof(fc.constant({ username: 'a', password: 'b' }), anyValue()),
        socketPath: fc.oneof(fc.constant('/tmp/evil'), anyValue()),
        lookup: fc.constant(() => ['127.0.0.1', 4]),
        transport: fc.constant({
          request: (): never => {
            throw new Error('A transport of the call.');
          },
        }),
        adapter: fc.oneof(fc.constantFrom('http', 'fetch', 'xhr'), anyValue()),
        httpAgent: anyValue(),
        maxRedirects: anyValue(),
        beforeRedirect: anyValue(),
        allowAbsoluteUrls: anyValue(),
        fetchOptions: anyValue(),
        env: anyValue(),
        params: fc.oneof(anyValue(), fc.dictionary(anyText(0, 5), anyValue())),
        paramsSerializer: anyValue(),
        headers: fc.oneof(anyValue(), anyHeaders),
        data: anyValue(),
        method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT'), anyValue()),
        responseType: fc.oneof(
          fc.constantFrom('json', 'text', 'arraybuffer', 'stream'),
          anyValue(),
        ),
        transformRequest: anyValue(),
        transformResponse: anyValue(),
        validateStatus: anyValue(),
        timeout: quick,
        signal: anyValue(),
        transitional: anyValue(),
        withXSRFToken: anyValue(),
        maxContentLength: anyValue(),
        decompress: anyValue(),
        family: anyValue(),
        httpVersion: fc.constantFrom(1, 2),
      });
      const property = fc.asyncProperty(
        fc.oneof(options, options, options, anyValue()),
        (stated) => {
          const made = realised(stated) as object;
          return expectSafe(
            () => http.axiosRef.request({ url: '/payments/', ...made }),
            isAnyError,
          );
        },
      );
      await seededRun('options of axios', property, scaledRuns(4_000));
      expect(sent).toBeGreaterThan(0);
    },
    LONGEST_PROPERTY,
  );
});

function isCryptofuse(error: unknown): boolean {
  return error instanceof CryptofuseException || isOwnError(error);
}

/** axios calls functions of the application, whose errors are the application's own. */
function isAnyError(): boolean {
  return true;
}

/** Reads a body that is a stream, which would otherwise keep its socket. */
async function drained(value: unknown): Promise<void> {
  const data = (value as { data?: unknown } | undefined | null)?.data;
  if (data instanceof Readable) await buffer(data).catch(() => undefined);
}
