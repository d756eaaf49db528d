import type { EndSignal } from './end-signal.js';

type Listener = () => void;

/** Of a class: where most arrays of a kind outlive a scavenge, V8 makes the next ones old, and what they hold with them. */
class Listening {
  next: Listening | undefined = undefined;

  constructor(readonly listener: Listener) {}
}

/** Ends one request before its time. An `AbortController` would be most of what the request costs. */
export class RequestEnd implements EndSignal {
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
