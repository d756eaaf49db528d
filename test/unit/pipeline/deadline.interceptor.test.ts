import { describe, expect, it } from '@jest/globals';
import type { ScheduledCall } from '../../../lib/clock/clock.js';
import { DeadlineTimers } from '../../../lib/clock/deadline-timers.js';
import { CryptofuseConfig } from '../../../lib/config/cryptofuse-config.js';
import { Attempt } from '../../../lib/pipeline/attempt.js';
import type { Call } from '../../../lib/request/call.js';
import { Deadlines } from '../../../lib/pipeline/deadline.interceptor.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { responseReading } from '../../../lib/transport/content-decoding.js';

/** The client's default timeout. */
const OWN = new CryptofuseConfig().timeout;

function setUp(clock = new VirtualClock({ frozen: true })) {
  const timers = new DeadlineTimers(clock, responseReading);
  const deadlines = new Deadlines(OWN, false, timers);
  const begin = (timeout: number): Attempt => {
    const account = { credentials: { clientId: 'client' }, fetcher: {} };
    const call = { url: 'https://api.example/', timeout, account } as Call;
    const attempt = new Attempt(call, clock.monotonic() + timeout);
    deadlines.add(attempt);
    return attempt;
  };
  return { clock, deadlines, begin };
}

/** Loses the first call that it schedules. */
class ForgetfulClock extends VirtualClock {
  #hasForgotten = false;

  override schedule(callback: () => void, delay: number): ScheduledCall {
    const call = super.schedule(callback, delay);
    if (!this.#hasForgotten) call.cancel();
    this.#hasForgotten = true;
    return call;
  }
}

/** A system clock whose first timer fires three seconds late, as after a freeze. */
class FrozenClock extends VirtualClock {
  override readonly isVirtual = false;
  #wasFrozen = false;

  override schedule(callback: () => void, delay: number): ScheduledCall {
    const late = this.#wasFrozen ? 0 : 3_000;
    this.#wasFrozen = true;
    return super.schedule(callback, delay + late);
  }
}

describe('Deadlines', () => {
  it.each([OWN, 1])('end an attempt after its %i ms, not before', (timeout) => {
    const { clock, begin } = setUp();
    const attempt = begin(timeout);
    clock.advance(timeout - 1);
    expect(attempt.aborted).toBe(false);
    clock.advance(1);
    expect(attempt.reason).toMatchObject({ code: 'token_timeout', outcome: 'not-sent' });
  });

  it('end each attempt at its own deadline, with one timer per timeout', () => {
    const { clock, begin } = setUp();
    const attempts: Attempt[] = [];
    for (let index = 0; index < 100; index += 1) {
      attempts.push(begin(OWN));
      clock.advance(1);
    }
    expect(clock.scheduled).toBe(1);
    clock.advance(OWN - 100);
    for (let ended = 1; ended <= 100; ended += 1) {
      expect(attempts.filter(({ aborted }) => aborted)).toHaveLength(ended);
      clock.advance(1);
    }
    expect(clock.scheduled).toBe(0);
  });

  it.each([0, 1, 2])('end the others if number %i of three is removed', (over) => {
    const { clock, deadlines, begin } = setUp();
    const attempts = [0, 1, 2].map(() => {
      clock.advance(100);
      return begin(OWN);
    });
    for (const attempt of attempts.slice(over, over + 1)) {
      deadlines.remove(attempt);
      deadlines.remove(attempt);
    }
    clock.advance(OWN);
    expect(attempts.map(({ aborted }) => aborted)).toEqual([0, 1, 2].map((each) => each !== over));
  });

  it('keep timeouts apart', () => {
    const { clock, begin } = setUp();
    const [long, short] = [begin(OWN), begin(50)];
    clock.advance(50);
    expect([long.aborted, short.aborted]).toEqual([false, true]);
    clock.advance(OWN - 50);
    expect(long.aborted).toBe(true);
  });

  it('leave no timer once all attempts are removed', () => {
    const { clock, deadlines, begin } = setUp();
    const attempts = [OWN, OWN, 50, 50, 70].map(begin);
    expect(clock.scheduled).toBe(3);
    for (const attempt of attempts) deadlines.remove(attempt);
    expect(clock.scheduled).toBe(0);
  });

  it('end later attempts even if a timer was lost', () => {
    const clock = new ForgetfulClock({ frozen: true });
    const { begin } = setUp(clock);
    const lost = begin(OWN);
    clock.advance(OWN + 900);
    const soon = begin(OWN);
    clock.advance(200);
    begin(OWN);
    clock.advance(OWN - 200);
    expect([lost, soon].map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('end an attempt after a freeze once nothing is read, even if others begin meanwhile', () => {
    const clock = new FrozenClock({ frozen: true });
    const { begin } = setUp(clock);
    const attempt = begin(OWN);
    clock.advance(OWN + 3_000);
    expect(attempt.aborted).toBe(false);
    for (let waited = 0; waited < 300 && !attempt.aborted; waited += 5) {
      begin(OWN);
      clock.advance(5);
    }
    expect(attempt.aborted).toBe(true);
  });

  it('renew an attempt that made progress, behind those that began before', () => {
    const { clock, deadlines, begin } = setUp();
    const attempts = [begin(OWN), begin(OWN)] as const;
    clock.advance(100);
    deadlines.renew(attempts[0], clock.monotonic());
    clock.advance(OWN - 100);
    expect(attempts.map(({ aborted }) => aborted)).toEqual([false, true]);
    clock.advance(100);
    expect(attempts[0].aborted).toBe(true);
  });

  it('do not renew an attempt that has ended', () => {
    const { clock, deadlines, begin } = setUp();
    const attempt = begin(OWN);
    deadlines.remove(attempt);
    deadlines.renew(attempt, clock.monotonic());
    expect(clock.scheduled).toBe(0);
  });

  it('watch an attempt that begins when another one ends', () => {
    const { clock, begin } = setUp();
    const again: Attempt[] = [];
    begin(OWN).addEventListener('abort', () => again.push(begin(OWN)));
    clock.advance(OWN);
    expect([again.map(({ aborted }) => aborted), clock.scheduled]).toEqual([[false], 1]);
    clock.advance(OWN);
    expect(again.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
