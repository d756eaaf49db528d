import type { EndSignal } from './end-signal.js';

type Listener = () => void;

/** Ends one request before its time. An `AbortController` would be most of what the request costs. */
export class RequestEnd implements EndSignal {
  #aborted = false;
  #reason: unknown = undefined;
  /** Few: whoever waits, and the transport. */
  #listeners: Listener[] | undefined = undefined;

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
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }

  addEventListener(_: 'abort', listener: Listener): void {
    if (this.#listeners === undefined) this.#listeners = [listener];
    else if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: Listener): void {
    const index = this.#listeners?.indexOf(listener) ?? -1;
    if (index >= 0) this.#listeners?.splice(index, 1);
  }
}
