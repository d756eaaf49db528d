import { asThrown } from './as-thrown.js';
import type { EndSignal } from './end-signal.js';
import { onAbort } from './on-abort.js';
import { RequestEnd } from './request-end.js';

/** Returns what `promise` settles to; an abort of `signal` comes first and rejects with its reason. */
export function untilAborted<T>(promise: Promise<T>, signal: EndSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = onAbort(signal, () => {
      reject(asThrown(signal.reason));
    });
    promise.then(resolve, reject);
    // Such an end goes with its request; any other signal may outlive many.
    if (!(signal instanceof RequestEnd)) promise.then(stop, stop);
  });
}
