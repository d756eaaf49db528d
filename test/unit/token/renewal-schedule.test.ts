import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from '../../../lib/testing/index.js';
import { type PlannedRenewal, RenewalSchedule } from '../../../lib/token/renewal-schedule.js';
import { seededRun } from '../../support/seeded-run.js';

class Renewal implements PlannedRenewal {
  place = -1;

  constructor(
    readonly at: number,
    private readonly onRun: (renewal: Renewal) => void,
  ) {}

  run(): void {
    this.onRun(this);
  }
}

function setUp() {
  const clock = new VirtualClock({ frozen: true });
  const schedule = new RenewalSchedule(clock);
  const ran: Renewal[] = [];
  const plan = (
    delay: number,
    onRun = (renewal: Renewal): unknown => ran.push(renewal),
  ): Renewal => {
    const renewal = new Renewal(clock.monotonic() + delay, onRun);
    schedule.add(renewal);
    return renewal;
  };
  return { clock, schedule, ran, plan };
}

describe('RenewalSchedule', () => {
  it('runs each renewal at its time, in order, with one timer for all', () => {
    const { clock, ran, plan } = setUp();
    const [late, early, middle] = [plan(300), plan(100), plan(200)];
    expect(clock.scheduled).toBe(1);
    clock.advance(99);
    expect(ran).toEqual([]);
    clock.advance(1);
    expect(ran).toEqual([early]);
    clock.advance(200);
    expect(ran).toEqual([early, middle, late]);
    expect(clock.scheduled).toBe(0);
  });

  it('does not run a removed renewal, and ignores a second removal', () => {
    const { clock, schedule, ran, plan } = setUp();
    const [gone, kept] = [plan(100), plan(100)];
    schedule.remove(gone);
    schedule.remove(gone);
    clock.advance(100);
    expect(ran).toEqual([kept]);
  });

  it('has no timer once the last renewal is removed', () => {
    const { clock, schedule, plan } = setUp();
    schedule.remove(plan(100));
    expect(clock.scheduled).toBe(0);
  });

  it('lets a renewal that runs plan another and remove one that is due too', () => {
    const { clock, schedule, ran, plan } = setUp();
    const rival = new Renewal(clock.monotonic() + 100, (renewal) => ran.push(renewal));
    plan(100, (first) => {
      ran.push(first);
      schedule.remove(rival);
      plan(50);
    });
    schedule.add(rival);
    clock.advance(100);
    expect(ran).toHaveLength(1);
    clock.advance(50);
    expect(ran).toHaveLength(2);
    expect(ran).not.toContain(rival);
  });

  it('agrees with a sorted list in any order of plans, removals and time', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('plan' as const), value: fc.nat(500) }),
      fc.record({ kind: fc.constant('remove' as const), value: fc.nat(30) }),
      fc.record({ kind: fc.constant('advance' as const), value: fc.nat(200) }),
    );
    const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, schedule, ran, plan } = setUp();
      let planned: Renewal[] = [];
      const expected: Renewal[] = [];
      for (const { kind, value } of steps) {
        if (kind === 'plan') planned.push(plan(value));
        if (kind === 'remove') {
          const removed = planned[value % Math.max(1, planned.length)];
          if (removed) schedule.remove(removed);
          planned = planned.filter((each) => each !== removed);
        }
        if (kind === 'advance') clock.advance(value);
        const now = clock.monotonic();
        const due = planned.filter(({ at }) => at <= (kind === 'advance' ? now : -1));
        expected.push(...due.toSorted((a, b) => a.at - b.at));
        planned = planned.filter((each) => !due.includes(each));
      }
      expect(ran.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
      expect(new Set(ran)).toEqual(new Set(expected));
      expect(clock.scheduled).toBe(planned.length === 0 ? 0 : 1);
    });
    await seededRun('the schedule agrees with a list', property, 300);
  });
});
