import { type Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import type { AbortSignalLike } from '../contracts/transport.js';

type Listener = () => void;

/** A class, because V8 would promote arrays or literals when many survive a scavenge. */
class Listening {
  next: Listening | undefined = undefined;

  constructor(readonly listener: Listener) {}
}

/** Aborts one request. An `AbortController` would account for most of the request's cost. */
export class LightAbortController implements AbortSignalLike {
  #aborted = false;
  #reason: unknown = undefined;
  /** A linked list; there are only a few listeners. */
  #first: Listening | undefined = undefined;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason as Error;
  }

  /** Aborts with `reason`. Later calls have no effect. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    let heard = this.#first;
    this.#first = undefined;
    for (; heard !== undefined; heard = heard.next) heard.listener();
  }

  addEventListener(_: 'abort', listener: Listener): void {
    let last = this.#first;
    if (last === undefined) {
      this.#first = new Listening(listener);
      return;
    }
    while (last.listener !== listener && last.next !== undefined) last = last.next;
    if (last.listener !== listener) last.next = new Listening(listener);
  }

  removeEventListener(_: 'abort', listener: Listener): void {
    let before: Listening | undefined;
    let found = this.#first;
    while (found !== undefined && found.listener !== listener) {
      before = found;
      found = found.next;
    }
    if (found === undefined) return;
    if (before === undefined) this.#first = found.next;
    else before.next = found.next;
  }
}

/** A member of a {@link SwapList}, which knows its index there. */
export interface Placed {
  /** -1 if the member is in no list. */
  place: number;
}

/**
 * A set of members, each in one such list at a time. With a thousand calls in flight, a `Set` adds half to a call's cost
 * without its transport, because V8 promotes its outgrown tables with their contents.
 */
export class SwapList<Member extends Placed> {
  readonly #members: Member[] = [];

  get length(): number {
    return this.#members.length;
  }

  add(member: Member): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Removes `member`, replacing it with the last one; returns whether it was in the list. */
  remove(member: Member): boolean {
    const { place } = member;
    if (place < 0) return false;
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[place] = last;
      last.place = place;
    }
    member.place = -1;
    return true;
  }

  /** Removes every member and passes it to `take`, in no particular order. */
  drain(take: (member: Member) => void): void {
    for (const member of [...this.#members]) {
      if (this.remove(member)) take(member);
    }
  }
}

class SharedListening implements Placed {
  place = -1;

  constructor(readonly listener: Listener) {}
}

interface Listeners {
  readonly all: SwapList<SharedListening>;
  readonly dispatch: Listener;
}

const NOTHING: Listener = () => undefined;

/** One DOM listener per signal, shared by all calls that use it, because a signal may outlive many calls. */
const listenersOf = new WeakMap<AbortSignalLike, Listeners>();

/**
 * Calls `listener` when `signal` is aborted, immediately if it already is. A {@link LightAbortController} adds the same
 * listener only once.
 *
 * @returns a function that removes the listener
 */
export function onAbort(signal: AbortSignalLike, listener: Listener): () => void {
  if (signal.aborted) {
    listener();
    return NOTHING;
  }
  if (signal instanceof LightAbortController) return listenToOne(signal, listener);
  const listeners = listenersOf.get(signal) ?? listen(signal);
  const listening = new SharedListening(listener);
  listeners.all.add(listening);
  return () => {
    listeners.all.remove(listening);
    if (listeners.all.length > 0 || listenersOf.get(signal) !== listeners) return;
    listenersOf.delete(signal);
    signal.removeEventListener('abort', listeners.dispatch);
  };
}

function listenToOne(end: LightAbortController, listener: Listener): () => void {
  end.addEventListener('abort', listener);
  return () => {
    end.removeEventListener('abort', listener);
  };
}

function listen(signal: AbortSignalLike): Listeners {
  const all = new SwapList<SharedListening>();
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

/** Settles like `promise`, or rejects with the reason of `signal` as soon as it is aborted. */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignalLike | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = onAbort(signal, () => {
      reject(toError(signal.reason));
    });
    promise.then(resolve, reject);
    // A light controller is dropped with its request; any other signal may outlive many.
    if (!(signal instanceof LightAbortController)) promise.then(stop, stop);
  });
}

/** Returns an abort's `reason` typed as an `Error`, although it can be any value. */
export function toError(reason: unknown): Error {
  return reason as Error;
}

/** Resolves after `delay` milliseconds, never earlier; an abort of `signal` rejects with its reason. */
export async function pauseFor(
  delay: number,
  clock: Clock,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  const until = clock.monotonic() + delay;
  // Node's timers fire up to 2 ms early, when a budget may still be closed and fail the request.
  for (let left = delay; left > CLOCK_ROUNDING; left = until - clock.monotonic()) {
    await timerOver(left, clock, signal);
  }
}

async function timerOver(
  delay: number,
  clock: Clock,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  let cancel = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    const timer = clock.schedule(resolve, delay);
    cancel = () => {
      timer.cancel();
    };
  });
  try {
    await untilAborted(over, signal);
  } finally {
    cancel();
  }
}
