import { type Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import type { AbortSignalLike } from '../contracts/transport.js';

type Listener = () => void;

/** A class, since V8 would promote arrays or literals of which many outlive a scavenge. */
class Listening {
  next: Listening | undefined = undefined;

  constructor(readonly listener: Listener) {}
}

/** Ends one request before its time. An `AbortController` would be most of what the request costs. */
export class LightAbortController implements AbortSignalLike {
  #aborted = false;
  #reason: unknown = undefined;
  /** Few: whoever waits, and the transport. */
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

  /** Once: what comes later changes nothing. */
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
  /** -1: it is in no list. */
  place: number;
}

/**
 * A set of members that come and go, each in one such list at a time. With a thousand calls under way, a `Set` adds half
 * to what a call costs without its transport: V8 promotes its outgrown tables with all they held.
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

  /** Takes `member` out, and has the last one take its place; returns whether it was in. */
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

  /** Takes out every member that is in, and hands it to `take`, in no certain order. */
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

/** One DOM listener a signal, shared by every call that uses it: a signal may outlive many calls. */
const listenersOf = new WeakMap<AbortSignalLike, Listeners>();

/**
 * Calls `listener` when `signal` is aborted, at once if it already is. To a {@link LightAbortController} the same one listens once.
 *
 * @returns the way to stop listening
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

/** Returns what `promise` settles to; an abort of `signal` comes first and rejects with its reason. */
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
    // Such an end goes with its request; any other signal may outlive many.
    if (!(signal instanceof LightAbortController)) promise.then(stop, stop);
  });
}

/** Returns `reason` as what may be thrown, whatever it is: that of an abort need be no error. */
export function toError(reason: unknown): Error {
  return reason as Error;
}

/** Resolves `delay` milliseconds from now, never earlier; an abort of `signal` rejects with its reason. */
export async function pauseFor(
  delay: number,
  clock: Clock,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  const until = clock.monotonic() + delay;
  // Node's timers come up to 2 ms early: a budget that is then still shut would fail the request.
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
