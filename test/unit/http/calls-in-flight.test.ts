import { describe, expect, it, jest } from '@jest/globals';
import { CallsInFlight, type EndCall } from '../../../lib/http/calls-in-flight.js';

describe('CallsInFlight', () => {
  it('ends every call, each with a reason of its own', () => {
    const calls = new CallsInFlight();
    const ends = [jest.fn<EndCall>(), jest.fn<EndCall>(), jest.fn<EndCall>()];
    for (const end of ends) calls.enter(end);
    let made = 0;
    calls.close(() => (made += 1));
    expect(ends.map((end) => end.mock.calls)).toEqual([[[1]], [[2]], [[3]]]);
  });

  it('makes no reason where there is no call', () => {
    const reason = jest.fn(() => new Error('closed'));
    new CallsInFlight().close(reason);
    expect(reason).not.toHaveBeenCalled();
  });

  it('does not end a call that has left, and lets it leave twice', () => {
    const calls = new CallsInFlight();
    const [gone, stays] = [jest.fn<EndCall>(), jest.fn<EndCall>()];
    const leave = calls.enter(gone);
    calls.enter(stays);
    leave();
    leave();
    calls.close(() => 'closed');
    expect(gone).not.toHaveBeenCalled();
    expect(stays).toHaveBeenCalledTimes(1);
  });

  it('ends a call once, however often it is closed', () => {
    const calls = new CallsInFlight();
    const end = jest.fn<EndCall>();
    calls.enter(end);
    calls.close(() => 'first');
    calls.close(() => 'second');
    expect(end.mock.calls).toEqual([['first']]);
  });

  it('is closed from its close on, also for a call that looks while it is ended', () => {
    const calls = new CallsInFlight();
    const seen: boolean[] = [calls.closed];
    calls.enter(() => seen.push(calls.closed));
    calls.close(() => 'closed');
    expect([...seen, calls.closed]).toEqual([false, true, true]);
  });

  it('may be left by a call that is being ended, its own entry or another', () => {
    const calls = new CallsInFlight();
    const second = jest.fn<EndCall>();
    const leaves: (() => void)[] = [];
    leaves.push(
      calls.enter(() => {
        for (const leave of leaves) leave();
      }),
    );
    leaves.push(calls.enter(second));
    calls.close(() => 'closed');
    expect(second).not.toHaveBeenCalled();
  });

  it('ends also what enters while it closes', () => {
    const calls = new CallsInFlight();
    const late = jest.fn<EndCall>();
    calls.enter(() => calls.enter(late));
    calls.close(() => 'closed');
    expect(late.mock.calls).toEqual([['closed']]);
  });
});
