import { describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { Clock } from '../../lib/clock/clock.js';
import { CryptofuseModule, CryptofuseService, CryptofuseTokenService } from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { ScriptedServer, type EndpointMood } from '../support/scripted-server.js';
import { seededRun } from '../support/seeded-run.js';

const RUNS = Number(process.env['RUNS'] ?? 150);
const BUDGET = 15;
const MINUTE = 60_000;

interface Steps {
  call: object;
  'get-token': object;
  abort: object;
  invalidate: object;
  /** Every call loses its token, which the budget must bear. */
  storm: { readonly calls: number };
  'revoke-all': object;
  advance: { readonly ms: number };
  /** Time passes by a share of the lifetime of a token, with calls at its end. */
  outlive: { readonly share: number; readonly mood: EndpointMood };
  'jump-wall': { readonly ms: number };
  mood: { readonly mood: EndpointMood };
  latency: { readonly ms: number };
  lifetime: { readonly seconds: number };
}

type Step = { [K in keyof Steps]: { readonly kind: K } & Steps[K] }[keyof Steps];

const moods = fc.constantFrom<EndpointMood>('fine', 'fine', 'http-503', 'refused', 'silent');
const likely = <T extends Step>(weight: number, arbitrary: fc.Arbitrary<T>) => ({
  weight,
  arbitrary,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  likely(6, fc.record({ kind: fc.constant('call') })),
  likely(2, fc.record({ kind: fc.constant('get-token') })),
  likely(1, fc.record({ kind: fc.constant('abort') })),
  likely(1, fc.record({ kind: fc.constant('invalidate') })),
  likely(1, fc.record({ kind: fc.constant('storm'), calls: fc.integer({ min: 2, max: 20 }) })),
  likely(1, fc.record({ kind: fc.constant('revoke-all') })),
  likely(5, fc.record({ kind: fc.constant('advance'), ms: fc.integer({ min: 1, max: 30_000 }) })),
  likely(
    1,
    fc.record({ kind: fc.constant('advance'), ms: fc.integer({ min: MINUTE, max: 4_000_000 }) }),
  ),
  likely(
    3,
    fc.record({
      kind: fc.constant('outlive'),
      share: fc.double({ min: 0.5, max: 1.01, noNaN: true }),
      mood: moods,
    }),
  ),
  likely(
    1,
    fc.record({
      kind: fc.constant('jump-wall'),
      ms: fc.integer({ min: -7_200_000, max: 7_200_000 }),
    }),
  ),
  likely(2, fc.record({ kind: fc.constant('mood'), mood: moods })),
  likely(1, fc.record({ kind: fc.constant('latency'), ms: fc.constantFrom(0, 0, 5, 300, 4_000) })),
  likely(
    1,
    fc.record({
      kind: fc.constant('lifetime'),
      seconds: fc.constantFrom(3_600, 600, 120, 30, 5, 1, 0.5, 0, -5),
    }),
  ),
);

/** A client on a scripted server, both on one frozen clock. */
class Schedule {
  readonly clock = new VirtualClock({ frozen: true });
  readonly server = new ScriptedServer(this.clock);
  readonly #controllers: AbortController[] = [];
  readonly #invalid = new Set<string>();
  readonly handedOutInvalid: string[] = [];
  #module: TestingModule | undefined;
  #pending = 0;
  readonly #steps: { readonly [K in keyof Steps]: (step: Steps[K]) => unknown } = {
    call: () => {
      this.#watch((signal) => this.#provider(CryptofuseService).me({ signal }));
    },
    'get-token': () => {
      this.#watch(async (signal) => {
        const token = await this.tokens.getToken({ signal });
        if (this.#invalid.has(token)) this.handedOutInvalid.push(token);
      });
    },
    abort: () => this.#controllers.pop()?.abort(new Error('changed my mind')),
    invalidate: () => this.#invalidate(),
    storm: async ({ calls }) => {
      for (let call = 0; call < calls; call += 1) {
        this.tokens.invalidate();
        this.#watch((signal) => this.#provider(CryptofuseService).me({ signal }));
        await drained();
      }
    },
    'revoke-all': () => {
      this.server.revokeAll();
    },
    advance: ({ ms }) => this.pass(ms),
    outlive: async ({ share, mood }) => {
      this.server.mood = mood;
      await this.pass(Math.max(1, this.server.lifetime * 1_000 * share));
      this.#watch((signal) => this.#provider(CryptofuseService).me({ signal }));
    },
    'jump-wall': ({ ms }) => {
      this.clock.jumpWall(ms);
    },
    mood: ({ mood }) => {
      this.server.mood = mood;
    },
    latency: ({ ms }) => {
      this.server.latency = ms;
    },
    lifetime: ({ seconds }) => {
      this.server.lifetime = seconds;
    },
  };

  async start(): Promise<void> {
    this.#module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({
          clientId: 'shop',
          clientSecret: 'shop-secret',
          token: { budget: BUDGET },
          transport: () => this.server,
        }),
      ],
    })
      .overrideProvider(Clock)
      .useValue(this.clock)
      .compile();
    this.#module.useLogger(false);
    await this.#module.init();
  }

  get tokens(): CryptofuseTokenService {
    return this.#provider(CryptofuseTokenService);
  }

  /** The number of calls that have not settled. */
  get pending(): number {
    return this.#pending;
  }

  async take(step: Step): Promise<void> {
    await this.#steps[step.kind](step as never);
    await drained();
  }

  /** Advances the clock in steps, and lets the work of each step finish. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      this.clock.advance(Math.min(left, ms > MINUTE ? left : 250));
      await drained();
      if (ms > MINUTE) return;
    }
  }

  call(): Promise<unknown> {
    return this.#provider(CryptofuseService).me();
  }

  async stop(): Promise<void> {
    await this.#module?.close();
  }

  async #invalidate(): Promise<void> {
    const { state } = this.tokens.status();
    if (state === 'fresh') this.#invalid.add(await this.tokens.getToken());
    this.tokens.invalidate();
  }

  #watch(run: (signal: AbortSignal) => Promise<unknown>): void {
    const controller = new AbortController();
    this.#controllers.push(controller);
    this.#pending += 1;
    const settle = (): void => {
      this.#pending -= 1;
    };
    run(controller.signal).then(settle, settle);
  }

  #provider<T>(provided: abstract new (...dependencies: never[]) => T): T {
    if (this.#module === undefined) throw new Error('Start it first.');
    return this.#module.get<T>(provided);
  }
}

/** Waits until all work that needs no time is done. */
async function drained(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Returns the most requests in any minute. */
function busiestMinute(moments: readonly number[]): number {
  const counts = moments.map(
    (start) => moments.filter((at) => at >= start && at - start < MINUTE).length,
  );
  return Math.max(0, ...counts);
}

describe('the token engine, whatever happens in whatever order', () => {
  it('requests one token at a time and within its budget, sends no dead token, and recovers', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const schedule = new Schedule();
      await schedule.start();
      try {
        for (const step of steps) await schedule.take(step);
        schedule.server.mood = 'fine';
        schedule.server.latency = 0;
        schedule.server.lifetime = 3_600;
        for (let minute = 0; minute < 2; minute += 1) await schedule.pass(MINUTE);
        expect(schedule.pending).toBe(0);
        await schedule.call();
        expect(['fresh', 'stale']).toContain(schedule.tokens.status().state);
        expect(schedule.server.mostUnderWay).toBeLessThanOrEqual(1);
        expect(busiestMinute(schedule.server.tokenRequestsAt)).toBeLessThanOrEqual(BUDGET);
        expect(schedule.server.bearers.filter(({ isExpired }) => isExpired)).toEqual([]);
        expect(schedule.handedOutInvalid).toEqual([]);
      } finally {
        await schedule.stop();
      }
    });
    await seededRun('token engine', property, RUNS);
  }, 120_000);
});
