import type { EndSignal } from './end-signal.js';
import { onAbort } from './on-abort.js';

/** Returns what `promise` settles to; an abort of `signal` comes first and rejects with its reason. */
export function untilAborted<T>(promise: Promise<T>, signal: EndSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = onAbort(signal, () => {
      reject(asThrown(signal.reason));
    });
    promise.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error: unknown) => {
        stop();
        reject(asThrown(error));
      },
    );
  });
}

/** Whatever it is: an abort's reason need be no error. */
function asThrown(reason: unknown): Error {
  return reason as Error;
}
