import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseService,
  type RequestOutcome,
} from '../../lib/index.js';
import { CryptofuseSandbox, CryptofuseTestingModule } from '../../lib/testing/index.js';
import { CallDraw, type PlannedCall } from './fault-draw.js';
import { SeededRandom } from './seeded-random.js';

const WAVES = 50;
const LANES = 20;
const CALLS_A_LANE = 5;
const MINUTE = 60_000;
/** Large enough that no budget hides a fault; each wave also has its own client. */
const OPTIONS = { timeout: 150, retry: { maxDelay: 20 }, token: { budget: 10_000 } };

/** The result of a call, as its caller saw it. */
interface Ending {
  readonly reference: string | undefined;
  readonly outcome: 'made' | RequestOutcome;
  readonly code: string;
}

interface Faces {
  readonly api: CryptofuseService;
  readonly http: CryptofuseHttpService;
}

const seed = process.env['SEED'] === undefined ? Date.now() % 2 ** 31 : Number(process.env['SEED']);

describe(`5 000 calls to a sandbox with faults (SEED=${seed})`, () => {
  const endings: Ending[] = [];
  let sandbox: CryptofuseSandbox;
  let references: readonly (string | null)[];

  beforeAll(async () => {
    process.stdout.write(`chaos: SEED=${seed}\n`);
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
    const random = new SeededRandom(seed);
    for (let wave = 0; wave < WAVES; wave += 1) {
      endings.push(...(await runWave(wave, random)));
      sandbox.clearFaults();
      sandbox.clock.advance(10 * MINUTE);
    }
    await sandbox.stop();
    references = sandbox.payments.map(({ reference }) => reference);
    process.stdout.write(`chaos: ${JSON.stringify(tallyOf(endings))}\n`);
  });
  afterAll(() => sandbox.stop());

  async function runWave(wave: number, random: SeededRandom): Promise<Ending[]> {
    const module = await Test.createTestingModule({
      imports: [CryptofuseTestingModule.forSandbox(sandbox, OPTIONS)],
    }).compile();
    module.useLogger(false);
    await module.init();
    const faces = { api: module.get(CryptofuseService), http: module.get(CryptofuseHttpService) };
    const draw = new CallDraw(random, sandbox);
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      Array.from({ length: CALLS_A_LANE }, (__, call) => draw.draw(`${wave}-${lane}-${call}`)),
    );
    const ended = await Promise.all(lanes.map((lane) => runLane(faces, lane)));
    await module.close();
    return ended.flat();
  }

  const withOutcome = (...outcomes: Ending['outcome'][]) =>
    endings.filter(({ outcome }) => outcomes.includes(outcome));
  const payments = (list: readonly Ending[]) =>
    list.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));

  it('settle all, with every kind of result', () => {
    expect(endings).toHaveLength(WAVES * LANES * CALLS_A_LANE);
    for (const outcome of ['made', 'refused', 'not-sent', 'unknown'] as const) {
      expect([outcome, payments(withOutcome(outcome)).length > 0]).toEqual([outcome, true]);
    }
    // The clients have retried calls and renewed tokens throughout, so no budget was in the way.
    const sent = sandbox.requests.map(({ path }) => path).filter((path) => path.includes('call='));
    expect(sent.length - new Set(sent).size).toBeGreaterThan(300);
    expect(sandbox.counters.tokenRequests).toBeGreaterThan(2 * WAVES);
    expect(endings.map(({ code }) => code)).not.toContain('token_budget_spent');
  });

  it('make no payment twice', () => {
    expect(new Set(references).size).toBe(references.length);
  });

  it('lose no payment that was reported as made', () => {
    const kept = new Set(references);
    const lost = payments(withOutcome('made')).filter((reference) => !kept.has(reference));
    expect(lost).toEqual([]);
  });

  it("no call was refused or not sent whose payment was made, so that each unreported one is 'unknown'", () => {
    const denied = new Set(payments(withOutcome('refused', 'not-sent')));
    expect(references.filter((reference) => denied.has(reference ?? ''))).toEqual([]);
    const told = new Set(payments(withOutcome('made', 'unknown')));
    expect(references.filter((reference) => !told.has(reference ?? ''))).toEqual([]);
  });
});

/** Makes one call after the other. */
async function runLane(faces: Faces, calls: readonly PlannedCall[]): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (const call of calls) {
    call.prepare();
    endings.push(await endingOf(faces, call));
  }
  return endings;
}

async function endingOf(faces: Faces, call: PlannedCall): Promise<Ending> {
  const { reference } = call;
  try {
    const response = await (call.face === 'service' ? byService(faces, call) : byHttp(faces, call));
    // The response to another call would not be a report of this payment.
    if (reference !== undefined) expect(response).toMatchObject({ reference });
    return { reference, outcome: 'made', code: '' };
  } catch (error) {
    if (!(error instanceof CryptofuseException)) throw error;
    return { reference, outcome: error.outcome, code: error.code };
  }
}

function byService({ api }: Faces, { mark, reference }: PlannedCall): Promise<unknown> {
  const query = { call: mark };
  if (reference === undefined) return api.get('/user/me/', { query });
  return api.post('/payments/', paymentOf(reference), { query });
}

async function byHttp({ http }: Faces, { mark, reference }: PlannedCall): Promise<unknown> {
  const params = { call: mark };
  const call =
    reference === undefined
      ? http.get<unknown>('/user/me/', { params })
      : http.post<unknown>('/payments/', paymentOf(reference), { params });
  return (await firstValueFrom(call)).data;
}

function paymentOf(reference: string): object {
  return { amount: '10.00', currency: 'USDT', reference };
}

function tallyOf(endings: readonly Ending[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const { reference, outcome, code } of endings) {
    const kind = `${reference === undefined ? 'GET' : 'POST'} ${outcome} ${code}`.trim();
    tally[kind] = (tally[kind] ?? 0) + 1;
  }
  return tally;
}
