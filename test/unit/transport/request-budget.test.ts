import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RequestBudget } from '../../../lib/transport/request-budget.js';
import { seededRun } from '../../support/seeded-run.js';

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

  it('has a larger allowance wait less', () => {
    const budget = new RequestBudget();
    for (const now of [0, 1_000, 2_000]) budget.spend(now);
    expect([budget.wait(4, 2_000), budget.wait(2, 2_000), budget.wait(1, 2_000)]).toEqual([
      0, 59_000, 60_000,
    ]);
    expect([budget.left(4, 2_000), budget.left(2, 2_000)]).toEqual([1, 0]);
  });

  it('is closed as long as the server says, and a shorter closure does not shorten it', () => {
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
