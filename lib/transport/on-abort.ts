import type { EndSignal } from './end-signal.js';
import { RequestEnd } from './request-end.js';
import { SwapList, type Placed } from './swap-list.js';

type Listener = () => void;

class Listening implements Placed {
  place = -1;

  constructor(readonly listener: Listener) {}
}

interface Listeners {
  readonly all: SwapList<Listening>;
  readonly dispatch: Listener;
}

const NOTHING: Listener = () => undefined;

/** One DOM listener a signal, shared by every call that uses it: a signal may outlive many calls. */
const listenersOf = new WeakMap<EndSignal, Listeners>();

/**
 * Calls `listener` when `signal` is aborted, at once if it already is. To a {@link RequestEnd} the same one listens once.
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
  const listening = new Listening(listener);
  listeners.all.add(listening);
  return () => {
    listeners.all.remove(listening);
    if (listeners.all.length > 0 || listenersOf.get(signal) !== listeners) return;
    listenersOf.delete(signal);
    signal.removeEventListener('abort', listeners.dispatch);
  };
}

function listenToOne(end: RequestEnd, listener: Listener): () => void {
  end.addEventListener('abort', listener);
  return () => {
    end.removeEventListener('abort', listener);
  };
}

function listen(signal: EndSignal): Listeners {
  const all = new SwapList<Listening>();
  const dispatch = (): void => {
    listenersOf.delete(signal);
    all.drain(({ listener }) => {
      listener();
    });
  };
  const listeners = { all, dispatch };
  listenersOf.set(signal, listeners);
  signal.addEventListener('abort', dispatch, { once: true });
  return listeners;
}
