import { describe, expect, it, jest } from '@jest/globals';
import { ListenerList } from '../../../lib/transport/listener-list.js';

describe('ListenerList', () => {
  it.each([0, 1, 2, 3])('calls all that are in, not number %i, which has left', (gone) => {
    const list = new ListenerList();
    const listeners = [jest.fn(), jest.fn(), jest.fn(), jest.fn()];
    const leaves = listeners.map((listener) => list.add(listener));
    leaves[gone]?.();
    leaves[gone]?.();
    expect(list.length).toBe(3);
    list.callAll();
    list.callAll();
    expect(listeners.map(({ mock }) => mock.calls.length)).toEqual(
      [0, 1, 2, 3].map((number) => (number === gone ? 0 : 1)),
    );
    expect(list.length).toBe(0);
  });

  it('holds one that was added twice until it has left twice', () => {
    const list = new ListenerList();
    const listener = jest.fn();
    const leave = list.add(listener);
    list.add(listener);
    leave();
    leave();
    list.callAll();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('does not call one that another takes out meanwhile', () => {
    const list = new ListenerList();
    const second = jest.fn();
    const leaves: (() => void)[] = [];
    list.add(() => {
      leaves.forEach((leave) => {
        leave();
      });
    });
    leaves.push(list.add(second));
    list.callAll();
    expect(second).not.toHaveBeenCalled();
  });
});
