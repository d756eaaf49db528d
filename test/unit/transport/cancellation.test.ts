import { getEventListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import {
  onAbort,
  type Placed,
  LightAbortController,
  SwapList,
  untilAborted,
} from '../../../lib/transport/cancellation.js';
import { rejectionOf } from '../../support/rejection-of.js';

const MANY = 10_000;

function listenersOn(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

describe('onAbort', () => {
  it('registers one listener for ten thousand calls and removes it', () => {
    const { signal } = new AbortController();
    const releases = Array.from({ length: MANY }, () => onAbort(signal, jest.fn()));
    expect(listenersOn(signal)).toBe(1);
    for (const release of releases.slice(1)) release();
    expect(listenersOn(signal)).toBe(1);
    releases[0]?.();
    expect(listenersOn(signal)).toBe(0);
  });

  it('calls each listener once, in order', () => {
    const controller = new AbortController();
    const called: number[] = [];
    for (let index = 0; index < MANY; index += 1) {
      onAbort(controller.signal, () => called.push(index));
    }
    controller.abort();
    controller.abort();
    expect(called).toEqual(Array.from({ length: MANY }, (_, index) => index));
    expect(listenersOn(controller.signal)).toBe(0);
  });

  it('calls the listener at once if the signal is already aborted', () => {
    const listener = jest.fn();
    const signal = AbortSignal.abort();
    const release = onAbort(signal, listener);
    expect(listener).toHaveBeenCalledTimes(1);
    release();
    expect(listenersOn(signal)).toBe(0);
  });

  it('does not call a released listener, and ignores a second release', () => {
    const controller = new AbortController();
    const [gone, stays] = [jest.fn(), jest.fn()];
    const release = onAbort(controller.signal, gone);
    release();
    onAbort(controller.signal, stays);
    release();
    expect(listenersOn(controller.signal)).toBe(1);
    controller.abort();
    expect([gone.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1]);
    release();
  });

  it('calls a listener as often as it was given, and releases one of them', () => {
    const controller = new AbortController();
    const listener = jest.fn();
    const release = onAbort(controller.signal, listener);
    onAbort(controller.signal, listener);
    onAbort(controller.signal, listener);
    release();
    controller.abort();
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('does not call a listener that another one has just released', () => {
    const controller = new AbortController();
    const late = jest.fn();
    const releases: (() => void)[] = [];
    onAbort(controller.signal, () => {
      releases.forEach((release) => {
        release();
      });
    });
    releases.push(onAbort(controller.signal, late));
    controller.abort();
    expect(late).not.toHaveBeenCalled();
  });

  it('calls a listener at once if it is added while others are called', () => {
    const controller = new AbortController();
    const late = jest.fn();
    onAbort(controller.signal, () => onAbort(controller.signal, late));
    controller.abort();
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('keeps signals apart', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const [listener, otherListener] = [jest.fn(), jest.fn()];
    onAbort(one.signal, listener);
    onAbort(other.signal, otherListener);
    one.abort();
    expect([listener.mock.calls.length, otherListener.mock.calls.length]).toEqual([1, 0]);
  });
});

describe('untilAborted', () => {
  const never = new Promise<never>(() => undefined);

  it('returns the promise itself without a signal', () => {
    const promise = Promise.resolve(1);
    expect(untilAborted(promise, undefined)).toBe(promise);
  });

  it('settles like the promise and stops listening', async () => {
    const { signal } = new AbortController();
    const error = new Error('no');
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect(await rejectionOf(untilAborted(Promise.reject(error), signal))).toBe(error);
    await Promise.resolve();
    expect(listenersOn(signal)).toBe(0);
  });

  it.each([new Error('own'), 'text', null, 0, Symbol('reason')])(
    'rejects with the reason %p',
    async (reason) => {
      const controller = new AbortController();
      const wait = rejectionOf(untilAborted(never, controller.signal));
      controller.abort(reason);
      expect(await wait).toBe(reason);
      expect(await rejectionOf(untilAborted(never, AbortSignal.abort(reason)))).toBe(reason);
    },
  );

  it('rejects with an AbortError if no reason is given', async () => {
    const error = await rejectionOf(untilAborted(never, AbortSignal.abort()));
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  it('prefers an abort to a promise that has already resolved', async () => {
    const reason = new Error('aborted');
    const wait = untilAborted(Promise.resolve(1), AbortSignal.abort(reason));
    expect(await rejectionOf(wait)).toBe(reason);
  });

  it('handles a promise that rejects after the abort', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const promise = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const wait = rejectionOf(untilAborted(promise, controller.signal));
    controller.abort(new Error('first'));
    fail(new Error('late'));
    expect(await wait).toMatchObject({ message: 'first' });
  });

  it('leaves no listener after ten thousand waits', async () => {
    const { signal } = new AbortController();
    const waits = Array.from({ length: MANY }, (_, index) =>
      untilAborted(Promise.resolve(index), signal),
    );
    expect(listenersOn(signal)).toBe(1);
    await Promise.all(waits);
    await new Promise(setImmediate);
    expect(listenersOn(signal)).toBe(0);
  });
});

describe('LightAbortController', () => {
  it('calls each listener once, in order, and keeps the first reason', () => {
    const end = new LightAbortController();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) end.addEventListener('abort', () => called.push(name));
    expect(() => {
      end.throwIfAborted();
    }).not.toThrow();
    end.abort('first');
    end.abort('second');
    expect([called, end.aborted, end.reason]).toEqual([['a', 'b', 'c'], true, 'first']);
  });

  it('adds the same listener only once', () => {
    const end = new LightAbortController();
    const listeners = [jest.fn(), jest.fn()];
    for (const listener of [...listeners, ...listeners]) end.addEventListener('abort', listener);
    end.abort('reason');
    for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each([0, 1, 2])('does not call a removed listener, at %i of three', (removed) => {
    const end = new LightAbortController();
    const listeners = [jest.fn(), jest.fn(), jest.fn()];
    for (const listener of listeners) end.addEventListener('abort', listener);
    for (const listener of listeners.slice(removed, removed + 1)) {
      end.removeEventListener('abort', listener);
      end.removeEventListener('abort', listener);
    }
    end.abort('reason');
    const calls = listeners.map((listener) => listener.mock.calls.length);
    expect(calls).toEqual([0, 1, 2].map((index) => (index === removed ? 0 : 1)));
  });

  it('accepts listeners again once all are removed', () => {
    const end = new LightAbortController();
    const [gone, stays] = [jest.fn(), jest.fn()];
    end.addEventListener('abort', gone);
    end.removeEventListener('abort', gone);
    end.addEventListener('abort', stays);
    end.abort('reason');
    expect([gone.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1]);
  });
});

class Member implements Placed {
  place = -1;

  constructor(readonly name: number) {}
}

const NAMES = [0, 1, 2, 3];

function listOf(members: readonly Member[]): SwapList<Member> {
  const list = new SwapList<Member>();
  for (const member of members) list.add(member);
  return list;
}

describe('SwapList', () => {
  it.each(NAMES)('drains each member once, except the removed number %i', (gone) => {
    const members = NAMES.map((name) => new Member(name));
    const list = listOf(members);
    const left = members
      .slice(gone, gone + 1)
      .map((member) => [list.remove(member), list.remove(member)]);
    expect([left, list.length]).toEqual([[[true, false]], 3]);
    const taken: number[] = [];
    for (let round = 0; round < 2; round += 1) list.drain(({ name }) => taken.push(name));
    expect(taken.sort()).toEqual(NAMES.filter((name) => name !== gone));
    expect(list.length).toBe(0);
  });

  it('accepts a removed member again', () => {
    const member = new Member(0);
    const list = listOf([member, new Member(1)]);
    list.remove(member);
    list.add(member);
    const taken: number[] = [];
    list.drain(({ name }) => taken.push(name));
    expect(taken.sort()).toEqual([0, 1]);
  });

  it('does not drain a member that is removed meanwhile', () => {
    const members = NAMES.map((name) => new Member(name));
    const list = listOf(members);
    const taken: number[] = [];
    list.drain(({ name }) => {
      taken.push(name);
      for (const member of members) list.remove(member);
    });
    expect(taken).toHaveLength(1);
  });
});
