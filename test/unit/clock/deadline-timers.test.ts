import { performance } from 'node:perf_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import { type Clock, SystemClock } from '../../../lib/clock/clock.js';
import { DeadlineTimers } from '../../../lib/clock/deadline-timers.js';
import { VirtualClock } from '../../../lib/testing/index.js';

/** @param hasRead whether there is always something to read */
function setUp(clock: Clock, hasRead: boolean) {
  const timers = new DeadlineTimers(clock, { watch: () => () => hasRead });
  const expire = jest.fn();
  return { timers, expire };
}

/** Blocks the process for `ms`, then lets the due timers fire. */
async function block(ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The clock of a process whose timers fire as late as it was blocked. */
class BlockedClock extends VirtualClock {
  override readonly isVirtual = false;
  /** Milliseconds. */
  blocked = 0;

  override monotonic(): number {
    return super.monotonic() + this.blocked;
  }
}

describe('DeadlineTimers', () => {
  it('fire on time if nothing blocks the process, even while there is something to read', () => {
    const clock = new VirtualClock({ frozen: true });
    const { timers, expire } = setUp(clock, true);
    timers.schedule(expire, 100);
    clock.advance(99);
    expect(expire).not.toHaveBeenCalled();
    clock.advance(1);
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['nothing is read', [], 0, 10],
    ['nothing more is read', [true, false, true], 0, 13],
    ['250 ms are over', Array.from({ length: 100 }, () => true), 0, 25],
    [
      'three looks, of a process that is kept busy',
      Array.from({ length: 100 }, () => true),
      700,
      3,
    ],
  ])('check what is read after a block until %s', (_, reads, busy, looks) => {
    const clock = new BlockedClock({ frozen: true });
    const read = [...reads];
    let looked = 0;
    const hasRead = (): boolean => {
      looked += 1;
      clock.blocked += busy;
      return read.shift() ?? false;
    };
    const timers = new DeadlineTimers(clock, { watch: () => hasRead });
    const expire = jest.fn();
    timers.schedule(expire, 1);
    clock.blocked = 60;
    clock.advance(1_000);
    expect(expire).toHaveBeenCalledTimes(1);
    expect(looked).toBe(looks);
  });

  it('do not wait after a block with a virtual clock', async () => {
    const clock = new VirtualClock();
    const { timers, expire } = setUp(clock, true);
    timers.schedule(expire, 1);
    await block(60);
    expect(expire).toHaveBeenCalledTimes(1);
    expect(clock.scheduled).toBe(0);
  });

  it('can be cancelled while they wait', async () => {
    const clock = new SystemClock();
    const { timers, expire } = setUp(clock, false);
    const timer = timers.schedule(expire, 1);
    await block(60);
    timer.cancel();
    await new Promise<void>((resolve) => clock.schedule(resolve, 150));
    expect(expire).not.toHaveBeenCalled();
  });
});
