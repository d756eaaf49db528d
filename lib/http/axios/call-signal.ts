import { Readable } from 'node:stream';
import type { InternalAxiosRequestConfig } from 'axios';
import type { EndSignal } from '../../transport/end-signal.js';
import { onAbort } from '../../transport/on-abort.js';
import { RequestEnd } from '../../transport/request-end.js';
import { refusedCall } from '../refused-call.js';

/** Follows both ways to cancel a call of axios, `signal` and `cancelToken`, with one signal. */
export class CallSignal {
  readonly #end = new RequestEnd();
  readonly #releases: (() => void)[] = [];

  /** @throws {CryptofuseConfigException} where `signal` is no `AbortSignal` */
  constructor({ signal, cancelToken }: InternalAxiosRequestConfig) {
    this.#followSignal(signal);
    if (!cancelToken) return;
    const cancel = (reason: unknown): void => {
      this.#end.abort(reason);
    };
    cancelToken.subscribe(cancel);
    this.#releases.push(() => {
      cancelToken.unsubscribe(cancel);
    });
  }

  get signal(): EndSignal {
    return this.#end;
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

  #followSignal(signal: unknown): void {
    if (signal === undefined || signal === null) return;
    if (!(signal instanceof AbortSignal)) {
      throw refusedCall({ property: 'signal', message: 'must be an AbortSignal' });
    }
    this.#releases.push(
      onAbort(signal, () => {
        this.#end.abort(signal.reason);
      }),
    );
  }
}
