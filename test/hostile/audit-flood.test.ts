import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChildOfTest } from '../chaos/child-process.js';
import type { Flood, Flooded } from './audit-flood-process.js';

const EVENTS = 1_000_000;
const CALLS = 20;
const MEGABYTE = 2 ** 20;
/** The most events that a slow sink may have pending. */
const MOST_HANDED = 1_000;

describe('a million events on an audit sink that never takes one', () => {
  let child: ChildOfTest;
  beforeEach(() => {
    child = new ChildOfTest('../hostile/audit-flood-process.ts');
  });
  afterEach(() => child.stop());

  it('hold no memory, and delay no call', async () => {
    const flood: Flood = { events: EVENTS, calls: CALLS };
    const { handed, answered, growth } = (await child.ask(flood)) as Flooded;
    const most = Math.max(...growth) / MEGABYTE;
    process.stdout.write(`audit: ${EVENTS} events, at most ${most.toFixed(2)} MB of heap\n`);
    expect(growth).toHaveLength(CALLS);
    expect(most).toBeLessThan(3);
    expect(handed).toBe(MOST_HANDED);
    expect(answered).toBe(CALLS + 1);
  });
});
