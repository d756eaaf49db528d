import type { EndSignal } from './end-signal.js';
import { CLOCK_ROUNDING } from '../clock/clock-rounding.js';
import type { Clock } from '../clock/clock.js';
import { untilAborted } from './until-aborted.js';

/** Resolves `delay` milliseconds from now, never earlier; an abort of `signal` rejects with its reason. */
export async function pauseFor(
  delay: number,
  clock: Clock,
  signal: EndSignal | undefined,
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
  signal: EndSignal | undefined,
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
