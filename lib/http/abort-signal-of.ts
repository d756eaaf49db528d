import type { EndSignal } from '../transport/end-signal.js';
import { onAbort } from '../transport/on-abort.js';
import { RequestEnd } from '../transport/request-end.js';

/** Returns an `AbortSignal` that is aborted with `end`: what an application has stated is one already. */
export function abortSignalOf(end: EndSignal | undefined): AbortSignal | undefined {
  if (!(end instanceof RequestEnd)) return end as AbortSignal | undefined;
  const controller = new AbortController();
  // It belongs to one call: nobody has to stop listening.
  onAbort(end, () => {
    controller.abort(end.reason);
  });
  return controller.signal;
}
