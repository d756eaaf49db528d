import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CryptofuseServerException } from '../../../lib/exceptions/cryptofuse-exceptions.js';
import { decorrelatedPause } from '../../../lib/token/token-timing.js';
import { FailureMemory } from '../../../lib/token/failure-memory.js';
import {
  type TokenFailure,
  tokenFailure,
  type TokenFailureKind,
} from '../../../lib/token/token-failure.js';
import { seededRun } from '../../support/seeded-run.js';

function failure(kind: TokenFailureKind): TokenFailure {
  const facts = { code: 'code', message: 'message', clientId: 'client' };
  return tokenFailure(kind, facts, CryptofuseServerException);
}

describe('FailureMemory', () => {
  it.each<[TokenFailureKind, readonly number[]]>([
    ['lasting', [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]],
    ['passing', [0, 1_000, 2_000, 4_000, 6_000, 6_000]],
    ['slow', [0, 1_000, 2_000, 4_000, 6_000, 6_000]],
  ])('remembers a %s failure for %j ms', (kind, intervals) => {
    const memory = new FailureMemory();
    let now = 1_000;
    for (const interval of intervals) {
      const met = failure(kind);
      memory.remember('one', 'first', met, now);
      if (interval > 0) expect(memory.recall('one', 'first', now + interval - 1)).toBe(met);
      expect(memory.recall('one', 'first', now + interval)).toBeUndefined();
      expect(memory.untilOf(met)).toBe(now + interval);
      now += interval;
    }
  });

  it.each<TokenFailureKind>(['own', 'limited', 'deferred'])(
    'does not remember a failure that is %s',
    (kind) => {
      const memory = new FailureMemory();
      const met = failure(kind);
      memory.remember('one', 'first', met, 0);
      expect([memory.recall('one', 'first', 0), memory.untilOf(met)]).toEqual([
        undefined,
        undefined,
      ]);
    },
  );

  it('keeps a failure when the next one is not remembered', () => {
    const memory = new FailureMemory();
    const lasting = failure('lasting');
    memory.remember('one', 'first', lasting, 0);
    memory.remember('one', 'first', failure('own'), 1);
    expect(memory.recall('one', 'first', 2)).toBe(lasting);
  });

  it('lets other credentials try at once, and starts over for them', () => {
    const memory = new FailureMemory();
    memory.remember('one', 'first', failure('lasting'), 0);
    memory.remember('one', 'first', failure('lasting'), 5_000);
    expect(memory.recall('other', 'first', 5_001)).toBeUndefined();
    const other = failure('lasting');
    memory.remember('other', 'first', other, 6_000);
    expect(memory.untilOf(other)).toBe(11_000);
  });

  it('knows whether the endpoint is in trouble, and forgets', () => {
    const memory = new FailureMemory();
    expect(memory.isInTrouble).toBe(false);
    const passing = failure('passing');
    memory.remember('one', 'first', passing, 0);
    expect(memory.isInTrouble).toBe(true);
    memory.forget();
    expect([memory.isInTrouble, memory.untilOf(passing)]).toEqual([false, undefined]);
    const lasting = failure('lasting');
    memory.remember('one', 'first', lasting, 0);
    expect([memory.isInTrouble, memory.untilOf(lasting)]).toEqual([false, 5_000]);
  });

  it('returns the refusal of a renewal to callers without a token, but not its trouble', () => {
    const memory = new FailureMemory();
    const slow = failure('slow');
    memory.remember('one', 'renewal', failure('passing'), 0);
    memory.remember('one', 'renewal', slow, 1);
    expect(memory.recall('one', 'renewal', 2)).toBe(slow);
    expect(memory.recall('one', 'first', 2)).toBeUndefined();
    const lasting = failure('lasting');
    memory.remember('one', 'renewal', lasting, 3);
    expect(memory.recall('one', 'first', 4)).toBe(lasting);
  });
});

describe('decorrelatedPause', () => {
  const bounds = { shortest: 1_000, longest: 30_000 };

  it.each([
    [0, 0, 1_000],
    [0, 1, 1_000],
    [1_000, 0, 1_000],
    [1_000, 0.5, 2_000],
    [1_000, 1, 3_000],
    [20_000, 1, 30_000],
    [30_000, 0, 1_000],
  ])('follows a pause of %d ms at chance %d with one of %d ms', (previous, random, pause) => {
    expect(decorrelatedPause(previous, bounds, random)).toBe(pause);
  });

  it('stays within its bounds and three times the previous pause', async () => {
    const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
    const property = fc.property(chances, (list) => {
      let previous = 0;
      for (const chance of list) {
        const pause = decorrelatedPause(previous, bounds, chance);
        expect(pause).toBeGreaterThanOrEqual(bounds.shortest);
        expect(pause).toBeLessThanOrEqual(bounds.longest);
        expect(pause).toBeLessThanOrEqual(Math.max(bounds.shortest, 3 * previous));
        previous = pause;
      }
    });
    await seededRun('pauses keep to their bounds', property, 300);
  });
});
