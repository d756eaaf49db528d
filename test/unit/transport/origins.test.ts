import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LeasedMap, originRegistry, RequestBudget } from '../../../lib/transport/origins.js';
import type { Transport, TransportFactory } from '../../../lib/contracts/transport.js';
import { seededRun } from '../../support/seeded-run.js';

describe('LeasedMap', () => {
  it('creates a value for the first lease and returns it with the last', () => {
    const map = new LeasedMap<object>();
    const make = jest.fn(() => ({}));
    const value = map.take('key', make);
    expect([map.take('key', make), map.take('key', make)]).toEqual([value, value]);
    expect(make).toHaveBeenCalledTimes(1);
    expect([map.giveBack('key'), map.giveBack('key')]).toEqual([undefined, undefined]);
    expect(map.giveBack('key')).toBe(value);
    expect(map.take('key', make)).not.toBe(value);
  });

  it('returns nothing for a key without leases', () => {
    const map = new LeasedMap<number>();
    expect(map.giveBack('key')).toBeUndefined();
    map.take('key', () => 1);
    expect([map.giveBack('key'), map.giveBack('key')]).toEqual([1, undefined]);
    map.take('key', () => 2);
    expect(map.giveBack('key')).toBe(2);
  });

  it('leases nothing if the value cannot be created', () => {
    const map = new LeasedMap<number>();
    const fail = (): number => {
      throw new Error('no');
    };
    expect(() => map.take('key', fail)).toThrow('no');
    expect(map.giveBack('key')).toBeUndefined();
    expect(map.take('key', () => 1)).toBe(1);
  });

  it('counts the leases of each key separately', async () => {
    const step = fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', '__proto__'));
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const map = new LeasedMap<number>();
      const model = new Map<string, { value: number; leases: number }>();
      let made = 0;
      for (const [isTaken, key] of steps) {
        const known = model.get(key) ?? { value: made + 1, leases: 0 };
        if (isTaken) {
          expect(map.take(key, () => (made += 1))).toBe(known.value);
          model.set(key, { ...known, leases: known.leases + 1 });
          continue;
        }
        expect(map.giveBack(key)).toBe(known.leases === 1 ? known.value : undefined);
        if (known.leases > 1) model.set(key, { ...known, leases: known.leases - 1 });
        else model.delete(key);
      }
    });
    await seededRun('leases are counted', property, 300);
  });
});

describe('originRegistry', () => {
  function factoryOf() {
    const close = jest.fn();
    const factory = jest.fn<TransportFactory>((): Transport => ({
      send: () => Promise.reject(new Error('unused')),
      close,
    }));
    return { close, factory };
  }

  it('shares sockets and budget between the paths of an origin', () => {
    const { close, factory } = factoryOf();
    const one = originRegistry.lease(factory, 'https://one.test', undefined);
    const other = originRegistry.lease(factory, 'https://one.test:443/api', undefined);
    expect([other.transport, other.budget]).toEqual([one.transport, one.budget]);
    expect(other.transport).toBe(one.transport);
    expect(other.budget).toBe(one.budget);
    one.release();
    one.release();
    expect(close).not.toHaveBeenCalled();
    other.release();
    other.release();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['http://one.test', undefined, false],
    ['https://two.test', undefined, false],
    ['https://one.test:8443', undefined, false],
    ['https://one.test', 'http://proxy.test:3128', true],
  ])('keeps %s by proxy %s apart', (baseUrl, proxy, isSameBudget) => {
    const { factory } = factoryOf();
    const one = originRegistry.lease(factory, 'https://one.test', undefined);
    const other = originRegistry.lease(factory, baseUrl, proxy);
    expect(other.transport).not.toBe(one.transport);
    expect(other.budget === one.budget).toBe(isSameBudget);
    expect(factory).toHaveBeenLastCalledWith({ origin: new URL(baseUrl).origin, proxy });
    one.release();
    other.release();
  });

  it('shares the budget of an origin between transports', () => {
    const [first, second] = [factoryOf(), factoryOf()];
    const one = originRegistry.lease(first.factory, 'https://one.test', undefined);
    const other = originRegistry.lease(second.factory, 'https://one.test', undefined);
    expect(other.transport).not.toBe(one.transport);
    expect(other.budget).toBe(one.budget);
    one.release();
    expect([first.close.mock.calls.length, second.close.mock.calls.length]).toEqual([1, 0]);
    other.release();
  });
});

const MINUTE = 60_000;
/** Milliseconds which sums of fractions may be off. */
const ROUNDING = 0.001;

describe('RequestBudget', () => {
  it('lets as many requests through as it allows, and the next when the oldest is a minute old', () => {
    const budget = new RequestBudget();
    for (const now of [0, 1_000, 2_000]) {
      expect(budget.wait(3, now)).toBe(0);
      budget.spend(now);
    }
    expect([budget.wait(3, 2_000), budget.left(3, 2_000)]).toEqual([58_000, 0]);
    expect([budget.wait(3, MINUTE - 1), budget.wait(3, MINUTE)]).toEqual([1, 0]);
    expect(budget.left(3, MINUTE)).toBe(1);
  });

  it('waits less for a larger allowance', () => {
    const budget = new RequestBudget();
    for (const now of [0, 1_000, 2_000]) budget.spend(now);
    expect([budget.wait(4, 2_000), budget.wait(2, 2_000), budget.wait(1, 2_000)]).toEqual([
      0, 59_000, 60_000,
    ]);
    expect([budget.left(4, 2_000), budget.left(2, 2_000)]).toEqual([1, 0]);
  });

  it('stays closed as long as the server says, despite a shorter closure', () => {
    const budget = new RequestBudget();
    budget.close(10_000, 0);
    budget.close(1_000, 0);
    expect([budget.wait(5, 0), budget.wait(5, 9_999), budget.wait(5, 10_000)]).toEqual([
      10_000, 1, 0,
    ]);
  });

  it('never waits longer than a minute after a clock that went back', () => {
    const budget = new RequestBudget();
    budget.spend(10 * MINUTE);
    expect([budget.wait(1, 0), budget.left(1, 0)]).toEqual([0, 1]);
  });

  it('forgets a closure of a clock that is ahead', () => {
    const budget = new RequestBudget();
    budget.close(10_000, 10 * MINUTE);
    expect(budget.wait(5, 0)).toBe(0);
    budget.close(2_000, 1_000);
    expect(budget.wait(5, 1_000)).toBe(2_000);
  });

  it('never lets more through in any minute than it allows', async () => {
    const fraction = fc.double({ min: 0, max: 30_000, noNaN: true });
    const pauses = fc.array(fc.oneof(fc.nat(30_000), fraction), { minLength: 1, maxLength: 60 });
    const property = fc.property(pauses, fc.integer({ min: 1, max: 20 }), (list, allowance) => {
      const budget = new RequestBudget();
      const sent: number[] = [];
      let now = 0;
      for (const pause of list) {
        now += pause;
        now += budget.wait(allowance, now);
        expect(budget.wait(allowance, now)).toBe(0);
        budget.spend(now);
        sent.push(now);
        const inLastMinute = sent.filter((moment) => moment > now - MINUTE + ROUNDING);
        expect(inLastMinute.length).toBeLessThanOrEqual(allowance);
      }
    });
    await seededRun('no minute has too many requests', property, 200);
  });
});
