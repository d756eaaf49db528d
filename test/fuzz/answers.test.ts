import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CryptofuseAuditSink,
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseAuditEvent,
  type TransportSettings,
} from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { LoggedLines } from '../support/logged-lines.js';
import { seededRun } from '../support/seeded-run.js';
import { Sink } from '../support/sink.js';
import { anyAnswer } from './answer-bytes.js';
import { PREFIX, usualAnswer } from './fuzz-server.js';
import { CLIENT_ID, CLIENT_SECRET, leaksIn, SECRETS } from './leaks.js';
import { mutatedAnswer } from './mutated-answer.js';
import { RawServer, type RawAnswer, type RawRequest } from './raw-server.js';
import { LONGEST_PROPERTY, scaledRuns } from './scaled-runs.js';
import { settlementOf, type Settlement } from './settlement.js';

/** Small, since many responses never end; calls run side by side. */
const TIMEOUT = 150;
/** As many as there are sockets to one origin. */
const MOST_AT_ONCE = 64;
const ON_AVERAGE = MOST_AT_ONCE / 2;

type Face = 'service' | 'http' | 'text' | 'bytes' | 'stream' | 'HEAD' | 'POST';

interface Case {
  readonly answer: RawAnswer;
  readonly face: Face;
}

const face = fc.constantFrom<Face>(
  'service',
  'service',
  'http',
  'text',
  'bytes',
  'stream',
  'HEAD',
  'POST',
);
/** Draws a batch of up to `MOST_AT_ONCE`, and of half that on average. */
const batchOf = (answer: fc.Arbitrary<RawAnswer>) =>
  fc.array(fc.record({ answer, face }), { minLength: 1, maxLength: MOST_AT_ONCE, size: 'max' });

class Events extends CryptofuseAuditSink {
  readonly seen: CryptofuseAuditEvent[] = [];

  write(event: CryptofuseAuditEvent): void {
    this.seen.push(event);
  }
}

describe('whatever the server sends,', () => {
  let answers: readonly RawAnswer[];
  let server: RawServer;
  let sink: Sink;
  let lines: LoggedLines;
  let events: Events;
  beforeEach(async () => {
    answers = [];
    events = new Events();
    sink = await Sink.start();
    server = await RawServer.start((request) => answerTo(request));
    lines = LoggedLines.collect();
  });
  afterEach(async () => {
    lines.release();
    await server.stop();
    await sink.stop();
  });

  /** Responds to a case by the number in its path, and to all other requests as usual. */
  function answerTo({ target }: RawRequest): RawAnswer {
    const [, number] = /\/case-(\d+)\//.exec(target) ?? [];
    const given = number === undefined ? undefined : answers[Number(number)];
    return given ?? usualAnswer(target);
  }

  async function start(prefix: string): Promise<TestingModule> {
    const module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRootAsync({
          extraProviders: [{ provide: CryptofuseAuditSink, useValue: events }],
          useFactory: () => ({
            clientId: CLIENT_ID,
            clientSecret: CLIENT_SECRET,
            baseUrl: `${server.url}${prefix}`,
            timeout: TIMEOUT,
            retry: false as const,
            maxResponseSize: 100_000,
            token: { budget: 10_000_000 },
            // A separate factory has separate sockets, so that no case waits for those of another.
            transport: (settings: TransportSettings) => axiosTransport()(settings),
          }),
        }),
      ],
    }).compile();
    await module.init();
    return module;
  }

  function expectSound(
    settlements: readonly Settlement[],
    cases: readonly Case[],
    secrets: readonly string[] | undefined,
  ): void {
    const logged = [...lines.warnings, ...lines.others, ...events.seen];
    for (const list of [lines.warnings, lines.others, events.seen]) list.length = 0;
    settlements.forEach((settlement, index) => {
      if (!('error' in settlement)) return;
      const { answer, face } = cases[index] ?? {};
      const seen = `${face ?? ''} ${JSON.stringify(answer?.bytes.toString('latin1').slice(0, 2_000))}`;
      const { error } = settlement;
      expect([seen, error instanceof CryptofuseException || error]).toEqual([seen, true]);
      expect([seen, leaksIn(error, secrets)]).toEqual([seen, []]);
    });
    expect(leaksIn(logged, secrets)).toEqual([]);
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
    const outside = server.take().filter(({ target }) => !target.startsWith(`${PREFIX}/`));
    expect(outside).toEqual([]);
  }

  const KINDS = [
    ['any document under any status', (url: string) => anyAnswer(url), 3_000],
    ['bytes that are hardly HTTP', (url: string) => mutatedAnswer(url), 4_000],
  ] as const;

  it.each(KINDS)(
    'a call settles: %s',
    async (name, answerOf, inputs) => {
      let settled = 0;
      const property = fc.asyncProperty(batchOf(answerOf(sink.url)), async (cases) => {
        answers = cases.map(({ answer }) => answer);
        const module = await start(PREFIX);
        const calls = cases.map((each, index) =>
          settlementOf(() => called(module, each.face, `/case-${index}/`)),
        );
        const settlements = await Promise.all(calls);
        await module.close();
        settled += settlements.length;
        expectSound(settlements, cases, undefined);
      });
      await seededRun(`answers of the API, ${name}`, property, scaledRuns(inputs / ON_AVERAGE));
      process.stdout.write(`${settled} answers\n`);
    },
    LONGEST_PROPERTY,
  );

  it.each(KINDS)(
    'a token request settles: %s',
    async (name, answerOf, inputs) => {
      let settled = 0;
      const property = fc.asyncProperty(batchOf(answerOf(sink.url)), async (cases) => {
        answers = cases.map(({ answer }) => answer);
        const modules = await Promise.all(
          cases.map((_, index) => start(`${PREFIX}/case-${index}`)),
        );
        const calls = modules.map((module, index) =>
          settlementOf(() => tokenAsked(module, cases[index]?.face)),
        );
        const settlements = await Promise.all(calls);
        await Promise.all(modules.map((module) => module.close()));
        settled += settlements.length;
        // A token of another client is not one of its secrets.
        expectSound(settlements, cases, SECRETS);
      });
      await seededRun(
        `response of the token endpoint, ${name}`,
        property,
        scaledRuns(inputs / 3 / ON_AVERAGE),
      );
      process.stdout.write(`${settled} answers\n`);
    },
    LONGEST_PROPERTY,
  );
});

async function called(module: TestingModule, how: Face, path: string): Promise<unknown> {
  const api = module.get(CryptofuseService);
  const { axiosRef } = module.get(CryptofuseHttpService);
  switch (how) {
    case 'service':
      return api.get(path);
    case 'POST':
      return api.post(path, { amount: '1' });
    case 'HEAD':
      return axiosRef.head(path);
    case 'stream': {
      const { data } = await axiosRef.get<unknown>(path, { responseType: 'stream' });
      return data instanceof Readable ? buffer(data) : data;
    }
    case 'http':
      return axiosRef.get(path);
    default:
      return axiosRef.get(path, { responseType: how === 'text' ? 'text' : 'arraybuffer' });
  }
}

/** Requests the token in every way; a call may get the same response as the token request. */
async function tokenAsked(module: TestingModule, how: Face | undefined): Promise<unknown> {
  const tokens = module.get(CryptofuseTokenService);
  if (how === 'http') return module.get(CryptofuseHttpService).axiosRef.get('/payments/');
  if (how === 'service') return module.get(CryptofuseService).get('/payments/');
  await tokens.getAccessToken();
  return how === 'POST' ? tokens.revoke() : undefined;
}
