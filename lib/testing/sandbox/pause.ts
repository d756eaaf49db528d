import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock/clock.js';

/** Waits `ms` by `clock`, but not beyond the end of the connection, nor does it keep the process alive. */
export function pause(clock: Clock, ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0 || response.destroyed) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const end = (): void => {
      call.cancel();
      response.off('close', end);
      resolve();
    };
    const call = clock.schedule(end, ms);
    call.unref();
    response.once('close', end);
  });
}
