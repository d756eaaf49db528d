import type { EndSignal } from '../transport/end-signal.js';
import { finished, Transform, type Readable } from 'node:stream';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import { exceptionOfFailure } from '../transport/exception-of-failure.js';
import { failureOfStreamError } from '../transport/failure-of-stream-error.js';
import { keepContext } from './caller-context.js';
import { tooSlow } from './too-slow.js';

/** Whose stream it is, and how long it may stand still. */
export interface StreamTerms {
  readonly signal: EndSignal | undefined;
  /** Milliseconds without a byte, found out within twice that; a reader that takes its time is no stall. */
  readonly timeout: number;
  readonly clientId: string;
}

/**
 * Returns `source` as its reader is to see it: an error of it is a `CryptofuseException`, or the reason of
 * the signal where that was aborted. Whoever destroys the one ends the other. Its events come in the async context of now.
 */
export function answerStream(
  source: Readable,
  { signal, timeout, clientId }: StreamTerms,
  timers: DeadlineTimers,
): Readable {
  const body = keepContext(new MovingStream());
  // Whoever reads it hears of its errors; where nobody does, they must not end the process.
  body.on('error', () => undefined);
  const stopWatching = watchForStall(body, timers, timeout, () => {
    const delay = { awaited: 'answer', timeout, outcome: 'unknown', clientId } as const;
    body.destroy(tooSlow({ ...delay, hasProxy: false }));
  });
  finished(source, { writable: false }, (error) => {
    stopWatching();
    if (!error) return;
    const isAborted = signal?.aborted === true;
    const failure = exceptionOfFailure(failureOfStreamError(error), clientId);
    body.destroy(isAborted ? (signal.reason as Error) : failure);
  });
  body.once('close', () => {
    stopWatching();
    source.destroy();
  });
  return source.pipe(body);
}

/** Passes bytes through, and knows whether any have come since it was last asked. */
class MovingStream extends Transform {
  #hasMoved = true;

  override _transform(
    chunk: unknown,
    _: BufferEncoding,
    done: (error: null, chunk: unknown) => void,
  ) {
    this.#hasMoved = true;
    done(null, chunk);
  }

  /** Whether it waits for bytes, and none have come since the last time. */
  isStalled(): boolean {
    const isStalled = !this.#hasMoved && this.readableLength === 0;
    this.#hasMoved = false;
    return isStalled;
  }
}

/** One timer, however many bytes come. Returns the way to stop it. */
function watchForStall(
  body: MovingStream,
  timers: DeadlineTimers,
  timeout: number,
  onStall: () => void,
): () => void {
  const look = () => {
    if (body.isStalled()) onStall();
    else timer = timers.schedule(look, timeout);
  };
  let timer = timers.schedule(look, timeout);
  return () => {
    timer.cancel();
  };
}
