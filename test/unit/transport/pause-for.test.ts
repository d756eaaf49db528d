import { describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { Clock, type ScheduledCall } from '../../../lib/clock/clock.js';
import { pauseFor } from '../../../lib/transport/cancellation.js';
import { RequestBudget } from '../../../lib/transport/origins.js';
import { rejectionOf } from '../../support/rejection-of.js';

const unref = (): void => undefined;

/** Its timers come early, as Node's do: a fraction of the delay is cut off, and one of the start. */
class HastyClock extends Clock {
  #time: number;
  readonly delays: number[] = [];

  constructor(start: number) {
    super();
    this.#time = start;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  schedule(callback: () => void, delay: number): ScheduledCall {
    this.delays.push(delay);
    const due = Math.floor(this.#time) + Math.max(1, Math.trunc(delay));
    queueMicrotask(() => {
      this.#time = Math.max(this.#time, due);
      callback();
    });
    return { cancel: unref, unref };
  }
}

/** Its timers never come. */
class StandingClock extends Clock {
  readonly cancel = jest.fn();

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  schedule(): ScheduledCall {
    return { cancel: this.cancel, unref };
  }
}

describe('pauseFor', () => {
  const { signal } = new AbortController();

  it.each([0, -1, -Infinity])('does not pause for %d ms', async (delay) => {
    const clock = new HastyClock(5);
    await pauseFor(delay, clock, signal);
    expect(clock.delays).toEqual([]);
  });

  it.each([
    [0, 1],
    [0.9, 1],
    [1_234.567, 0.4],
    [1_234.567, 58.7],
    [999.999, 60_000],
  ])('starts at %d and lasts at least %d ms, however early timers fire', async (start, delay) => {
    const clock = new HastyClock(start);
    await pauseFor(delay, clock, signal);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(start + delay);
    expect(clock.monotonic()).toBeLessThan(start + delay + 2);
    expect(clock.delays.length).toBeLessThanOrEqual(3);
  });

  it('lasts until the budget lets a request through', async () => {
    const clock = new HastyClock(1_234.567);
    const budget = new RequestBudget();
    budget.close(1_000, 1_230.123);
    await pauseFor(budget.wait(1, clock.monotonic()), clock, signal);
    expect(budget.wait(1, clock.monotonic())).toBe(0);
  });

  it('ends when the signal is aborted, and leaves no timer or listener', async () => {
    const [controller, clock] = [new AbortController(), new StandingClock()];
    const pause = rejectionOf(pauseFor(1_000, clock, controller.signal));
    const reason = new Error('aborted');
    controller.abort(reason);
    expect(await pause).toBe(reason);
    expect(clock.cancel).toHaveBeenCalledTimes(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
