import type { Clock } from '../clock/clock.js';
import { untilAborted } from './until-aborted.js';

/** Resolves `delay` milliseconds from now; an abort of `signal` rejects with its reason. */
export async function pauseFor(
  delay: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (delay <= 0) return;
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
