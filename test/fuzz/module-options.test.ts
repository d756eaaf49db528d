import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import fc from 'fast-check';
import { configure } from '../../lib/config/configure.js';
import {
  CryptofuseConfigException,
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseModuleOptions,
  type CryptofuseRequest,
} from '../../lib/index.js';
import { anyText } from '../support/any-text.js';
import { seededRun } from '../support/seeded-run.js';
import { Sink } from '../support/sink.js';
import { PREFIX, startUsualServer } from './fuzz-server.js';
import { CLIENT_ID, CLIENT_SECRET, leaksIn } from './leaks.js';
import { anyValue, isOwnError, realised } from './odd-values.js';
import type { RawServer } from './raw-server.js';
import { isMeant } from './request-bytes.js';
import { LONGEST_PROPERTY, scaledRuns } from './scaled-runs.js';
import { settlementOf } from './settlement.js';

type Members = Record<string, unknown>;

/** Draws any of the members `stated`, each of which may be missing. */
function members(stated: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Members> {
  return fc.record(stated, { requiredKeys: [] });
}

const rarely = (value: fc.Arbitrary<unknown>, ...good: readonly unknown[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: anyValue() },
    { weight: 1, arbitrary: value },
  );

/** The secret where it does not belong, and in forms that are refused. */
const misplaced = fc.constantFrom<unknown>(
  CLIENT_SECRET,
  [CLIENT_SECRET],
  { [CLIENT_SECRET]: CLIENT_SECRET },
  `${CLIENT_SECRET}\n`,
  `https://${encodeURIComponent(CLIENT_SECRET)}@example.com/`,
  [CLIENT_SECRET, `${CLIENT_SECRET}\0`],
  Object(CLIENT_SECRET),
);

/** Draws options of `forRoot`. */
function anyOptions(baseUrls: readonly string[]): fc.Arbitrary<Members> {
  const group = (stated: Record<string, fc.Arbitrary<unknown>>) =>
    fc.oneof({ weight: 8, arbitrary: members(stated) }, { weight: 1, arbitrary: anyValue() });
  return fc
    .record({
      usual: fc.constant({
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        baseUrl: baseUrls[0],
      }),
      stated: members({
        clientId: rarely(anyText(), CLIENT_ID),
        clientSecret: rarely(misplaced, CLIENT_SECRET, [CLIENT_SECRET, 'previous-secret']),
        baseUrl: rarely(fc.oneof(anyText(), misplaced, fc.constantFrom(...baseUrls)), baseUrls[0]),
        scopes: rarely(fc.array(anyText(), { maxLength: 3 }), ['read', 'write']),
        timeout: rarely(fc.double(), 10_000),
        token: group({
          budget: rarely(fc.double(), 1_000_000),
          revokeOnShutdown: rarely(misplaced, true, false),
        }),
        retry: group({
          attempts: rarely(fc.double(), 0, 1),
          maxDelay: rarely(fc.double(), 0),
          methods: rarely(misplaced, ['GET']),
          statuses: rarely(misplaced, [503]),
        }),
        quota: group({
          policy: rarely(misplaced, 'fail', 'wait'),
          reserve: rarely(fc.double(), 0),
          maxWait: rarely(fc.double(), 1),
        }),
        maxResponseSize: rarely(fc.double(), 2 ** 20),
        drainTimeout: rarely(fc.double(), 0),
        proxy: rarely(fc.constantFrom('ftp://x', `http://u:${CLIENT_SECRET}@x/`, ''), undefined),
        interceptors: rarely(misplaced, []),
      }),
      strange: fc.oneof(
        { weight: 9, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc.dictionary(
            fc.oneof(anyText(), fc.constant(CLIENT_SECRET.slice(0, 3))),
            anyValue(),
            { maxKeys: 2 },
          ),
        },
      ),
    })
    .map(({ usual, stated, strange }) => ({ ...usual, ...stated, ...strange }));
}

describe('whatever the options of the module are,', () => {
  let server: RawServer;
  let sink: Sink;
  beforeEach(async () => {
    server = await startUsualServer();
    sink = await Sink.start();
  });
  afterEach(async () => {
    await server.stop();
    await sink.stop();
  });

  /** Returns base URLs that are good, that only look good, and that lead to the sink. */
  function baseUrls(): string[] {
    const own = `${server.url}${PREFIX}`;
    const userinfo = own.replace('http://', 'http://user:password@');
    return [
      own,
      `${own}/`,
      userinfo,
      `${own}?a`,
      `${own}#a`,
      `${own}/../..`,
      `${own}%2f..`,
      `ftp:${sink.url}`,
    ];
  }

  function expectNoLeak(error: unknown): void {
    expect(error instanceof CryptofuseException || isOwnError(error)).toBe(true);
    expect(leaksIn(error)).toEqual([]);
  }

  function expectNoStray(): number {
    const requests = server.take();
    expect(requests.filter((request) => !isMeant(request))).toEqual([]);
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
    return requests.length;
  }

  it(
    'they are a configuration, or refused without showing a value of them',
    async () => {
      const environment = members({
        CRYPTOFUSE_CLIENT_ID: anyText(),
        CRYPTOFUSE_CLIENT_SECRET: fc.oneof(
          anyText(),
          fc.constantFrom('', CLIENT_SECRET, `${CLIENT_SECRET}\n`),
        ),
        CRYPTOFUSE_BASE_URL: fc.oneof(anyText(), fc.constantFrom('', ...baseUrls())),
      });
      const ends = { configured: 0, refused: 0 };
      const options = fc.oneof(
        { weight: 9, arbitrary: anyOptions(baseUrls()) },
        { weight: 1, arbitrary: anyValue() },
      );
      const property = fc.property(options, environment, (stated, variables) => {
        const made = realised(stated);
        try {
          expect(leaksIn(configure(made, variables as NodeJS.ProcessEnv))).toEqual([]);
          ends.configured += 1;
        } catch (error) {
          if (!(error instanceof CryptofuseConfigException) && !isOwnError(error)) throw error;
          expectNoLeak(error);
          ends.refused += 1;
        }
      });
      await seededRun('configurations', property, scaledRuns(4_000));
      expect(Math.min(ends.configured, ends.refused)).toBeGreaterThan(0);
    },
    LONGEST_PROPERTY,
  );

  it(
    'the application starts and calls, or does not start',
    async () => {
      const ends = { called: 0, refused: 0 };
      const property = fc.asyncProperty(
        anyOptions(baseUrls().slice(0, 2)),
        fc.boolean(),
        async (stated, isAsync) => {
          const options = realised({
            ...stated,
            timeout: stated['timeout'] ?? 10_000,
          }) as CryptofuseModuleOptions;
          const started = await settlementOf(() => start(options, isAsync));
          if ('error' in started) {
            const isRefusal = started.error instanceof CryptofuseConfigException;
            expect(isRefusal || isOwnError(started.error)).toBe(true);
            expectNoLeak(started.error);
            ends.refused += 1;
          } else ends.called += 1;
          expectNoStray();
        },
      );
      await seededRun('applications', property, scaledRuns(700));
      expect(Math.min(ends.called, ends.refused)).toBeGreaterThan(0);
    },
    LONGEST_PROPERTY,
  );

  /** Starts an application, makes two calls with it, and closes it. */
  async function start(options: CryptofuseModuleOptions, isAsync: boolean): Promise<void> {
    const imported = isAsync
      ? CryptofuseModule.forRootAsync({ useFactory: () => options })
      : CryptofuseModule.forRoot(options);
    const module = await Test.createTestingModule({ imports: [imported] }).compile();
    module.useLogger(false);
    await module.init();
    const calls = [
      () => module.get(CryptofuseService).get('/payments/'),
      () => module.get(CryptofuseHttpService).axiosRef.get('/payments/'),
    ];
    for (const call of calls) {
      const settlement = await settlementOf(call);
      if ('error' in settlement) expectNoLeak(settlement.error);
    }
    await module.close();
  }

  it(
    'the call settles, whatever its functions do',
    async () => {
      const throwing = fc.constant(() => {
        throw new Error(`The vault says ${CLIENT_SECRET}.`);
      });
      const rejecting = fc.constant(() => Promise.reject(new Error(CLIENT_SECRET)));
      const giving = fc.oneof(anyValue(), misplaced).map((value) => () => realised(value));
      const secret = fc.oneof(
        { weight: 1, arbitrary: fc.constant(() => CLIENT_SECRET) },
        { weight: 1, arbitrary: fc.oneof(throwing, rejecting, giving) },
      );
      const names = ['method', 'url', 'headers', 'timeout', 'body', 'signal'];
      const one = fc.tuple(fc.constantFrom(...names), anyValue());
      const changes = fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: one.map(([name, value]) => ({ [name]: value })) },
      );
      const passed = changes.map((stated) => (request: CryptofuseRequest) => ({
        ...request,
        ...(realised(stated) as object),
      }));
      const returned = fc.option(anyValue(), { nil: undefined, freq: 3 });
      const property = fc.asyncProperty(
        secret,
        passed,
        returned,
        async (clientSecret, change, answer) => {
          const own = {
            intercept: async (
              request: CryptofuseRequest,
              next: (request: CryptofuseRequest) => Promise<unknown>,
            ) => {
              const changed = change(request);
              const response = await next(isQuick(changed) ? changed : request);
              return answer === undefined ? response : settled(realised(answer));
            },
          };
          const base = {
            clientId: CLIENT_ID,
            clientSecret,
            baseUrl: `${server.url}${PREFIX}`,
            retry: false,
          };
          const options = { ...base, interceptors: [own], token: { budget: 1_000_000 } };
          await start(options as unknown as CryptofuseModuleOptions, true);
          expectNoStray();
        },
      );
      await seededRun('functions', property, scaledRuns(700));
    },
    LONGEST_PROPERTY,
  );
});

/** Whether a call of `request` ends by itself: a very short deadline is not a fault. */
function isQuick({ timeout }: CryptofuseRequest): boolean {
  return !(typeof timeout === 'number' && timeout > 0 && timeout < 1_000);
}

/** Returns what `value` resolves to; a rejection would be the interceptor's own error, and so the call's. */
async function settled(value: unknown): Promise<unknown> {
  try {
    return await value;
  } catch {
    return null;
  }
}
