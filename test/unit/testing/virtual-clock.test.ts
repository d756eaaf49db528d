import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { LONGEST_DELAY, nodeTimers } from '../../../lib/clock/clock.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';

const START = Date.UTC(2025, 0, 1);

function frozenClock(): VirtualClock {
  return new VirtualClock({ frozen: true, now: START });
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('VirtualClock, frozen', () => {
  it('stands still unless it is advanced', () => {
    const clock = frozenClock();
    const monotonic = clock.monotonic();
    expect(clock.now()).toBe(START);
    clock.advance(1500);
    expect(clock.now()).toBe(START + 1500);
    expect(clock.monotonic()).toBe(monotonic + 1500);
  });

  it('makes the calls in order of their due time, each at its own', () => {
    const clock = frozenClock();
    const made: [string, number, number][] = [];
    const note = (name: string) => () => made.push([name, clock.now() - START, clock.monotonic()]);
    clock.schedule(note('late'), 300);
    clock.schedule(note('early'), 100);
    clock.schedule(note('early too'), 100);
    clock.schedule(note('not yet'), 301);
    clock.advance(300);
    expect(made).toEqual([
      ['early', 100, 100],
      ['early too', 100, 100],
      ['late', 300, 300],
    ]);
    expect(clock.scheduled).toBe(1);
  });

  it('makes the calls that are scheduled during an advance', () => {
    const clock = frozenClock();
    const made: number[] = [];
    const tick = (): void => {
      made.push(clock.monotonic());
      clock.schedule(tick, 40);
    };
    clock.schedule(tick, 40);
    clock.advance(130);
    expect(made).toEqual([40, 80, 120]);
    expect(clock.monotonic()).toBe(130);
  });

  it('makes a call that is due now only when it is advanced, even by nothing', () => {
    const clock = frozenClock();
    const call = jest.fn();
    clock.schedule(call, -5);
    expect(call).not.toHaveBeenCalled();
    clock.advance(0);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('does not make a call that was cancelled, even by a call before it', () => {
    const clock = frozenClock();
    const call = jest.fn();
    const second = clock.schedule(call, 20);
    clock.schedule(() => {
      second.cancel();
    }, 10);
    clock.advance(100);
    second.cancel();
    expect(call).not.toHaveBeenCalled();
  });

  it('makes a call in time although fractions of a millisecond round', () => {
    const clock = frozenClock();
    const call = jest.fn();
    clock.advance(0.1);
    clock.schedule(call, 0.2);
    clock.advance(0.2);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('starts no real timer', () => {
    const before = timers();
    frozenClock().schedule(() => undefined, 60_000);
    expect(timers()).toBe(before);
  });

  it.each([-1, NaN])('refuses to advance by %d', (ms) => {
    expect(() => {
      frozenClock().advance(ms);
    }).toThrow(RangeError);
  });
});

describe('VirtualClock, wall clock alone', () => {
  it.each([-86_400_000, 86_400_000])('jumps by %d without making a call', (ms) => {
    const clock = frozenClock();
    const call = jest.fn();
    clock.schedule(call, 1000);
    clock.jumpWall(ms);
    expect(clock.now()).toBe(START + ms);
    expect(clock.monotonic()).toBe(0);
    expect(call).not.toHaveBeenCalled();
    clock.advance(1000);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('goes on from the time it is set to', () => {
    const clock = frozenClock();
    clock.advance(10);
    clock.setWall(5000);
    clock.advance(10);
    expect(clock.now()).toBe(5010);
    expect(clock.monotonic()).toBe(20);
  });
});

describe('VirtualClock, moving', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('starts at the time it is given, and moves with real time', async () => {
    const clock = new VirtualClock({ now: START });
    const monotonic = clock.monotonic();
    expect(clock.now()).toBeLessThan(START + 86_400_000);
    await new Promise<void>((resolve) => clock.schedule(resolve, 2));
    expect(clock.now()).toBeGreaterThan(START);
    expect(clock.monotonic()).toBeGreaterThan(monotonic);
  });

  it('makes a call by a real timer, which takes moved time into account', async () => {
    const clock = new VirtualClock();
    await new Promise<void>((resolve) => {
      clock.schedule(resolve, 3_600_000);
      clock.advance(3_599_999);
    });
    expect(clock.scheduled).toBe(0);
  });

  it('makes a call once, by advance or by the timer', async () => {
    const clock = new VirtualClock();
    const call = jest.fn();
    clock.schedule(call, 1);
    clock.advance(1);
    await new Promise<void>((resolve) => clock.schedule(resolve, 2));
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('cancels a call', async () => {
    const clock = new VirtualClock();
    const call = jest.fn();
    clock.schedule(call, 0).cancel();
    await new Promise<void>((resolve) => clock.schedule(resolve, 2));
    expect(call).not.toHaveBeenCalled();
  });

  it('does not make a call early if its delay is longer than a timer can be', () => {
    const armed = jest.spyOn(nodeTimers, 'setTimeout');
    const call = jest.fn();
    const scheduled = new VirtualClock().schedule(call, 2 ** 31 + 60_000);
    expect(armed).toHaveBeenLastCalledWith(expect.any(Function), LONGEST_DELAY);
    armed.mock.lastCall?.[0]();
    expect(call).not.toHaveBeenCalled();
    expect(armed).toHaveBeenCalledTimes(2);
    scheduled.cancel();
  });

  it('does not keep the process alive for an unreferenced call, not even after an advance', () => {
    const clock = new VirtualClock();
    const before = timers();
    const call = clock.schedule(() => undefined, 60_000);
    expect(timers()).toBe(before + 1);
    call.unref();
    expect(timers()).toBe(before);
    clock.advance(10);
    expect(timers()).toBe(before);
    call.cancel();
  });
});
