import { describe, expect, it } from '@jest/globals';
import type { AsyncResource } from 'node:async_hooks';
import { ConcurrencyLimiter, type Waiting } from '../../../lib/undici/concurrency-limiter.js';

class Guest implements Waiting {
  behind: Waiting | undefined = undefined;
  context: AsyncResource | undefined = undefined;

  constructor(
    readonly name: number,
    private readonly onStart: (name: number) => void,
  ) {}

  start(): void {
    this.onStart(this.name);
  }
}

describe('Turnstile', () => {
  it('lets so many through as it has room, and the next as one leaves, in their order', () => {
    const turnstile = new ConcurrencyLimiter(2);
    const through: number[] = [];
    for (const name of [0, 1, 2, 3]) {
      turnstile.enter(new Guest(name, (started) => through.push(started)));
    }
    expect(through).toEqual([0, 1]);
    turnstile.leave();
    expect(through).toEqual([0, 1, 2]);
    turnstile.leave();
    turnstile.leave();
    expect(through).toEqual([0, 1, 2, 3]);
  });

  it('has room again after a crowd', () => {
    const turnstile = new ConcurrencyLimiter(1);
    const through: number[] = [];
    const enter = (name: number): void => {
      turnstile.enter(new Guest(name, (started) => through.push(started)));
    };
    enter(0);
    enter(1);
    turnstile.leave();
    turnstile.leave();
    enter(2);
    enter(3);
    turnstile.leave();
    expect(through).toEqual([0, 1, 2, 3]);
  });

  it('is no depth of calls where a hundred thousand end as they start', () => {
    const turnstile = new ConcurrencyLimiter(1);
    let started = 0;
    const hold = new Guest(0, () => (started += 1));
    turnstile.enter(hold);
    for (let name = 1; name <= 100_000; name += 1) {
      const leaving = new Guest(name, () => {
        started += 1;
        turnstile.leave();
      });
      turnstile.enter(leaving);
    }
    turnstile.leave();
    expect(started).toBe(100_001);
  });

  it('lets nobody overtake who enters while another one starts', () => {
    const turnstile = new ConcurrencyLimiter(2);
    const through: number[] = [];
    const late = new Guest(2, (name) => through.push(name));
    turnstile.enter(
      new Guest(0, (name) => {
        through.push(name);
        turnstile.enter(new Guest(1, (second) => through.push(second)));
        turnstile.enter(late);
      }),
    );
    expect(through).toEqual([0, 1]);
    turnstile.leave();
    expect(through).toEqual([0, 1, 2]);
  });

  it('holds nobody who is through to those who came later', () => {
    const turnstile = new ConcurrencyLimiter(1);
    const first = new Guest(0, () => undefined);
    turnstile.enter(first);
    turnstile.enter(new Guest(1, () => undefined));
    turnstile.leave();
    expect(first.behind).toBeUndefined();
  });
});
