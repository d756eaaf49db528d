import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LeasedMap } from '../../../lib/transport/leased-map.js';
import { originRegistry } from '../../../lib/transport/origin-registry.js';
import type { Transport, TransportFactory } from '../../../lib/transport/transport.js';
import { seededRun } from '../../support/seeded-run.js';

describe('LeasedMap', () => {
  it('makes a value for the first lease, and gives it back with the last', () => {
    const map = new LeasedMap<object>();
    const make = jest.fn(() => ({}));
    const value = map.take('key', make);
    expect([map.take('key', make), map.take('key', make)]).toEqual([value, value]);
    expect(make).toHaveBeenCalledTimes(1);
    expect([map.giveBack('key'), map.giveBack('key')]).toEqual([undefined, undefined]);
    expect(map.giveBack('key')).toBe(value);
    expect(map.take('key', make)).not.toBe(value);
  });

  it('has nothing for a key that nobody took, or that all gave back', () => {
    const map = new LeasedMap<number>();
    expect(map.giveBack('key')).toBeUndefined();
    map.take('key', () => 1);
    expect([map.giveBack('key'), map.giveBack('key')]).toEqual([1, undefined]);
    map.take('key', () => 2);
    expect(map.giveBack('key')).toBe(2);
  });

  it('leases nothing where the value cannot be made', () => {
    const map = new LeasedMap<number>();
    const fail = (): number => {
      throw new Error('no');
    };
    expect(() => map.take('key', fail)).toThrow('no');
    expect(map.giveBack('key')).toBeUndefined();
    expect(map.take('key', () => 1)).toBe(1);
  });

  it('counts the leases of each key by themselves', async () => {
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

  it('keeps the budget of an origin for another kind of transport', () => {
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
