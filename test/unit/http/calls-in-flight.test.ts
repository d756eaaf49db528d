import { describe, expect, it, jest } from '@jest/globals';
import { CallsInFlight, type EndCall } from '../../../lib/http/calls-in-flight.js';
import { RequestEnd } from '../../../lib/transport/request-end.js';

describe('CallsInFlight', () => {
  it('ends every call, once, however often it is closed', () => {
    const calls = new CallsInFlight();
    const ends = [jest.fn<EndCall>(), jest.fn<EndCall>(), jest.fn<EndCall>()];
    for (const end of ends) calls.enter(end);
    calls.close();
    calls.close();
    for (const end of ends) expect(end).toHaveBeenCalledTimes(1);
  });

  it('does not end a call that has left, and lets it leave twice', () => {
    const calls = new CallsInFlight();
    const [gone, stays] = [jest.fn<EndCall>(), jest.fn<EndCall>()];
    const leave = calls.enter(gone);
    calls.enter(stays);
    leave();
    leave();
    calls.close();
    expect(gone).not.toHaveBeenCalled();
    expect(stays).toHaveBeenCalledTimes(1);
  });

  it('is closed from its close on, also for a call that looks while it is ended', () => {
    const calls = new CallsInFlight();
    const seen: boolean[] = [calls.closed];
    calls.enter(() => seen.push(calls.closed));
    calls.close();
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
    calls.close();
    expect(second).not.toHaveBeenCalled();
  });

  it('ends also what enters while it closes', () => {
    const calls = new CallsInFlight();
    const late = jest.fn<EndCall>();
    calls.enter(() => calls.enter(late));
    calls.close();
    expect(late).toHaveBeenCalledTimes(1);
  });
});

describe('the end of a part of a call', () => {
  const closed = () => 'closed';

  it("comes with the call's own signal, for its reason", () => {
    const { signal, abort } = aborting();
    const { end } = endingOf(new CallsInFlight(), signal);
    abort('enough');
    expect(end.reason).toBe('enough');
  });

  it('is there where that signal was aborted before', () => {
    const { signal, abort } = aborting();
    abort('before');
    expect(endingOf(new CallsInFlight(), signal).end.reason).toBe('before');
  });

  it('comes with the end of the client, with a reason made then', () => {
    const calls = new CallsInFlight();
    const made = jest.fn(closed);
    const ends = [undefined, aborting().signal].map((signal) => endingOf(calls, signal, made));
    expect(made).not.toHaveBeenCalled();
    calls.close();
    expect(ends.map(({ end }) => end.reason)).toEqual(['closed', 'closed']);
  });

  it('does not come once it is released', () => {
    const calls = new CallsInFlight();
    const { signal, abort } = aborting();
    const ends = [endingOf(calls, signal), endingOf(calls, undefined)];
    for (const { release } of ends) release();
    abort('late');
    calls.close();
    expect(ends.map(({ end }) => end.aborted)).toEqual([false, false]);
  });

  function endingOf(calls: CallsInFlight, signal: AbortSignal | undefined, reason = closed) {
    const end = new RequestEnd();
    return { end, release: calls.endWith(signal, end, reason) };
  }

  function aborting(): { readonly signal: AbortSignal; readonly abort: (reason: unknown) => void } {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      abort: (reason) => {
        controller.abort(reason);
      },
    };
  }
});
