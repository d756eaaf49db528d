import { describe, expect, it } from '@jest/globals';
import type { AsyncResource } from 'node:async_hooks';
import { ConcurrencyLimiter, type QueuedRequest } from '../../../lib/undici/concurrency-limiter.js';

class Guest implements QueuedRequest {
  next: QueuedRequest | undefined = undefined;
  context: AsyncResource | undefined = undefined;

  constructor(
    readonly name: number,
    private readonly onStart: (name: number) => void,
  ) {}

  start(): void {
    this.onStart(this.name);
  }
}

describe('ConcurrencyLimiter', () => {
  it('admits as many requests as fit, and the next one as each leaves, in order', () => {
    const limiter = new ConcurrencyLimiter(2);
    const through: number[] = [];
    for (const name of [0, 1, 2, 3]) {
      limiter.enter(new Guest(name, (started) => through.push(started)));
    }
    expect(through).toEqual([0, 1]);
    limiter.leave();
    expect(through).toEqual([0, 1, 2]);
    limiter.leave();
    limiter.leave();
    expect(through).toEqual([0, 1, 2, 3]);
  });

  it('admits requests again after a crowd', () => {
    const limiter = new ConcurrencyLimiter(1);
    const through: number[] = [];
    const enter = (name: number): void => {
      limiter.enter(new Guest(name, (started) => through.push(started)));
    };
    enter(0);
    enter(1);
    limiter.leave();
    limiter.leave();
    enter(2);
    enter(3);
    limiter.leave();
    expect(through).toEqual([0, 1, 2, 3]);
  });

  it('does not grow the stack when a hundred thousand end as they start', () => {
    const limiter = new ConcurrencyLimiter(1);
    let started = 0;
    const hold = new Guest(0, () => (started += 1));
    limiter.enter(hold);
    for (let name = 1; name <= 100_000; name += 1) {
      const leaving = new Guest(name, () => {
        started += 1;
        limiter.leave();
      });
      limiter.enter(leaving);
    }
    limiter.leave();
    expect(started).toBe(100_001);
  });

  it('keeps the order when one enters while another starts', () => {
    const limiter = new ConcurrencyLimiter(2);
    const through: number[] = [];
    const late = new Guest(2, (name) => through.push(name));
    limiter.enter(
      new Guest(0, (name) => {
        through.push(name);
        limiter.enter(new Guest(1, (second) => through.push(second)));
        limiter.enter(late);
      }),
    );
    expect(through).toEqual([0, 1]);
    limiter.leave();
    expect(through).toEqual([0, 1, 2]);
  });

  it('does not let an admitted request retain later ones', () => {
    const limiter = new ConcurrencyLimiter(1);
    const first = new Guest(0, () => undefined);
    limiter.enter(first);
    limiter.enter(new Guest(1, () => undefined));
    limiter.leave();
    expect(first.next).toBeUndefined();
  });
});
