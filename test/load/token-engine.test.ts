import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { Front } from '../support/front.js';
import type { ContractTarget } from '../real/contract-target.js';
import { contractTargets } from '../real/contract-targets.js';

const SECOND = 1_000;
/**
 * Calls a second. Set RATE=200 for both on an idle machine: two cores then barely serve the real server,
 * whose responses come too late on a shared one.
 */
const RATES: ReadonlyMap<string, number> = new Map([
  ['sandbox', 200],
  ['real', 60],
]);

describe.each(contractTargets())('the token engine on the $name server', (startable) => {
  let target: ContractTarget;
  let front: Front;
  let module: TestingModule | undefined;

  beforeAll(async () => {
    target = await startable.start();
  });
  afterAll(() => target.stop());
  beforeEach(() => target.reset());
  afterEach(async () => {
    await module?.close();
    module = undefined;
    await front.stop();
  });

  async function client(options: CryptofuseModuleOptions = {}) {
    front = await Front.start(target.url);
    const { clientId, clientSecret } = target;
    module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({ clientId, clientSecret, baseUrl: front.url, ...options }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    return { api: module.get(CryptofuseService), tokens: module.get(CryptofuseTokenService) };
  }

  /** Calls `rate` times a second for `seconds`; returns the failures, and the number of calls with no usable token. */
  async function load(
    { api, tokens }: Awaited<ReturnType<typeof client>>,
    rate: number,
    isOver: (elapsed: number) => boolean,
  ): Promise<{ calls: number; failures: unknown[]; waited: number }> {
    const calls: Promise<unknown>[] = [];
    let waited = 0;
    const started = performance.now();
    await new Promise<void>((resolve) => {
      const beat = setInterval(() => {
        const elapsed = performance.now() - started;
        while (calls.length < (elapsed / SECOND) * rate) {
          const { state } = tokens.status();
          if (state === 'none' || state === 'expired') waited += 1;
          calls.push(api.me());
        }
        if (!isOver(elapsed)) return;
        clearInterval(beat);
        resolve();
      }, 5);
    });
    const settled = await Promise.allSettled(calls);
    const failures = settled.flatMap((one) =>
      one.status === 'rejected' ? [one.reason as unknown] : [],
    );
    return { calls: calls.length, failures, waited };
  }

  it('rotates ten times under load with ten token requests, and no call waits', async () => {
    await target.setTokenLifetime(12);
    const engine = await client();
    front.tokenLatency = 300;
    await engine.api.me();
    const rate = Number(process.env['RATE'] ?? RATES.get(startable.name));
    const result = await load(engine, rate, () => front.tokenRequests > 10);
    expect(result.failures).toEqual([]);
    expect(result.waited).toBe(0);
    expect(front.tokenRequests).toBe(11);
    expect(result.calls).toBeGreaterThan(50 * rate);
  }, 180_000);

  it.each(['http-503', 'reset'] as const)(
    'survives a token endpoint (%s) that is down for 60 %% of a lifetime',
    async (treatment) => {
      const life = 20 * SECOND;
      await target.setTokenLifetime(life / SECOND);
      const engine = await client();
      await engine.api.me();
      const result = await load(engine, 50, (elapsed) => {
        const isDown = elapsed > 0.25 * life && elapsed < 0.85 * life;
        front.treatment = isDown ? treatment : 'forward';
        return elapsed > 1.2 * life;
      });
      expect(result.failures).toEqual([]);
      expect(engine.tokens.status().state).toBe('fresh');
      expect(front.tokenRequests).toBeLessThanOrEqual(15);
    },
    60_000,
  );

  it('remembers a wrong secret for 200 calls at once and 200 one after another', async () => {
    const { api } = await client({ clientSecret: 'wrong' });
    const settled = await Promise.allSettled(Array.from({ length: 200 }, () => api.me()));
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    for (let call = 0; call < 200; call += 1) {
      await expect(api.me()).rejects.toMatchObject({ code: 'invalid_client' });
    }
    expect(front.tokenRequests).toBeLessThanOrEqual(3);
  });

  it('follows a secret that is rotated on the server under load', async () => {
    await target.setTokenLifetime(5);
    const engine = await client({ clientSecret: () => target.clientSecret });
    let rotated: Promise<unknown> | undefined;
    const result = await load(engine, 50, (elapsed) => {
      if (elapsed > 2 * SECOND) rotated ??= target.rotateSecret();
      return elapsed > 10 * SECOND;
    });
    await rotated;
    expect(result.failures).toEqual([]);
    expect(front.tokenRequests).toBeGreaterThanOrEqual(3);
  }, 30_000);

  it('serves 700 of 1 000 callers with one request when 300 abort', async () => {
    const { tokens } = await client();
    front.tokenLatency = 200;
    const controller = new AbortController();
    const waiting = Array.from({ length: 1_000 }, (_, caller) =>
      tokens.getToken(caller % 10 < 3 ? { signal: controller.signal } : {}),
    );
    setImmediate(() => {
      controller.abort(new Error('changed my mind'));
    });
    const settled = await Promise.allSettled(waiting);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(700);
    expect(front.tokenRequests).toBe(1);
  });
});
