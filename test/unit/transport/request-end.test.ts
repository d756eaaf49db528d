import { describe, expect, it, jest } from '@jest/globals';
import { RequestEnd } from '../../../lib/transport/request-end.js';

describe('RequestEnd', () => {
  it('calls each listener once, in order, and tells of the first reason', () => {
    const end = new RequestEnd();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) end.addEventListener('abort', () => called.push(name));
    expect(() => {
      end.throwIfAborted();
    }).not.toThrow();
    end.abort('first');
    end.abort('second');
    expect([called, end.aborted, end.reason]).toEqual([['a', 'b', 'c'], true, 'first']);
  });

  it('takes a listener that it has once more for the same', () => {
    const end = new RequestEnd();
    const listeners = [jest.fn(), jest.fn()];
    for (const listener of [...listeners, ...listeners]) end.addEventListener('abort', listener);
    end.abort('reason');
    for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each([0, 1, 2])('does not call what was removed, at %i of three', (removed) => {
    const end = new RequestEnd();
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

  it('has room again once all are removed', () => {
    const end = new RequestEnd();
    const [gone, stays] = [jest.fn(), jest.fn()];
    end.addEventListener('abort', gone);
    end.removeEventListener('abort', gone);
    end.addEventListener('abort', stays);
    end.abort('reason');
    expect([gone.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1]);
  });
});
