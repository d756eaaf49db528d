import type { EndSignal } from './end-signal.js';
import { ListenerList } from './listener-list.js';
import { RequestEnd } from './request-end.js';

type Listener = () => void;

interface Listeners {
  readonly all: ListenerList;
  readonly dispatch: Listener;
}

const NOTHING: Listener = () => undefined;

/** One DOM listener a signal, shared by every call that uses it: a signal may outlive many calls. */
const listenersOf = new WeakMap<EndSignal, Listeners>();

/**
 * Calls `listener` when `signal` is aborted, at once if it already is.
 *
 * @returns the way to stop listening
 */
export function onAbort(signal: EndSignal, listener: Listener): () => void {
  if (signal.aborted) {
    listener();
    return NOTHING;
  }
  if (signal instanceof RequestEnd) return listenToOne(signal, listener);
  const listeners = listenersOf.get(signal) ?? listen(signal);
  const leave = listeners.all.add(listener);
  return () => {
    leave();
    if (listeners.all.length > 0 || listenersOf.get(signal) !== listeners) return;
    listenersOf.delete(signal);
    signal.removeEventListener('abort', listeners.dispatch);
  };
}

function listenToOne(end: RequestEnd, listener: Listener): () => void {
  const heard = (): void => {
    listener();
  };
  end.addEventListener('abort', heard);
  return () => {
    end.removeEventListener('abort', heard);
  };
}

function listen(signal: EndSignal): Listeners {
  const all = new ListenerList();
  const dispatch = (): void => {
    listenersOf.delete(signal);
    all.callAll();
  };
  const listeners = { all, dispatch };
  listenersOf.set(signal, listeners);
  signal.addEventListener('abort', dispatch, { once: true });
  return listeners;
}
