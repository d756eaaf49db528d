import { Readable } from 'node:stream';
import type { GenericAbortSignal, InternalAxiosRequestConfig } from 'axios';
import { onAbort } from '../../transport/on-abort.js';

/** Follows both ways to cancel a call of axios, `signal` and `cancelToken`, with one signal. */
export class CallSignal {
  readonly #controller = new AbortController();
  readonly #releases: (() => void)[] = [];

  constructor({ signal, cancelToken }: InternalAxiosRequestConfig) {
    if (isAbortSignal(signal)) {
      this.#releases.push(
        onAbort(signal, () => {
          this.#controller.abort(signal.reason);
        }),
      );
    }
    if (cancelToken === undefined) return;
    const cancel = (reason: unknown): void => {
      this.#controller.abort(reason);
    };
    cancelToken.subscribe(cancel);
    this.#releases.push(() => {
      cancelToken.unsubscribe(cancel);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops following once `body` has ended: a stream outlives its call. */
  releaseAfter(body: unknown): void {
    if (!(body instanceof Readable) || body.closed) this.release();
    else
      body.once('close', () => {
        this.release();
      });
  }

  /** Stops following. */
  release(): void {
    for (const release of this.#releases) release();
  }
}

function isAbortSignal(signal: GenericAbortSignal | undefined): signal is AbortSignal {
  return signal !== undefined && 'reason' in signal && signal.addEventListener !== undefined;
}
