import { finished, type Readable, Transform } from 'node:stream';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import { keepContext } from '../request/body-stream.js';
import type { CryptofuseRequest } from '../contracts/interceptor.js';
import type {
  AbortSignalLike,
  ReadableBody,
  ResponseHeaders,
  TransportResponse,
} from '../contracts/transport.js';
import { NO_CONTENT } from '../transport/content-decoding.js';
import { readErrorJson, readJson, UnreadableBody } from '../transport/response-content.js';
import { exceptionForFailure, failureFromStreamError } from '../transport/transport-failure.js';
import { timeoutException } from './attempt.js';

/** Of an error's body no more is read than an exception can show. */
const LARGEST_ERROR = 64 * 1_024;

/** Returns the body of a response as the request wants it; that of an error as JSON, once it is there. */
export function readResponseBody(
  { responseType, accepts }: Pick<CryptofuseRequest, 'responseType' | 'accepts'>,
  { status, headers }: Pick<TransportResponse, 'status' | 'headers'>,
  body: ReadableBody,
): unknown {
  if (!accepts(status)) {
    return Buffer.isBuffer(body) ? readErrorJson(body, headers) : errorOf(body, headers);
  }
  if (!Buffer.isBuffer(body) || responseType === 'bytes') return body;
  if (responseType === 'text') return body.toString('utf8');
  const json = readJson(body, headers);
  return json instanceof UnreadableBody && NO_CONTENT.has(status) ? undefined : json;
}

async function errorOf(stream: Readable, headers: ResponseHeaders): Promise<unknown> {
  return readErrorJson(await firstBytes(stream), headers);
}

async function firstBytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST_ERROR) break;
    }
  } catch {
    // A broken error's body still leaves its status.
  }
  return Buffer.concat(chunks);
}

/** Whose stream it is, and how long it may stand still. */
export interface StreamTerms {
  readonly signal: AbortSignalLike | undefined;
  /** Milliseconds without a byte, found out within twice that; a reader that takes its time is no stall. */
  readonly timeout: number;
  readonly clientId: string;
}

/**
 * Returns `source` as its reader is to see it: an error of it is a `CryptofuseException`, or the reason of
 * the signal if that was aborted. Whoever destroys the one ends the other. Its events come in the async context of now.
 */
export function responseStream(
  source: Readable,
  { signal, timeout, clientId }: StreamTerms,
  timers: DeadlineTimers,
): Readable {
  const body = keepContext(new ProgressStream());
  // Whoever reads it hears of its errors; if nobody does, they must not end the process.
  body.on('error', () => undefined);
  const stopWatching = watchForStall(body, timers, timeout, () => {
    const delay = { awaited: 'response', timeout, outcome: 'unknown', clientId } as const;
    body.destroy(timeoutException({ ...delay, hasProxy: false }));
  });
  finished(source, { writable: false }, (error) => {
    stopWatching();
    if (!error) return;
    const isAborted = signal?.aborted === true;
    const failure = exceptionForFailure(failureFromStreamError(error), clientId);
    body.destroy(isAborted ? (signal.reason as Error) : failure);
  });
  body.once('close', () => {
    stopWatching();
    source.destroy();
  });
  return source.pipe(body);
}

/** Passes bytes through, and knows whether any have come since it was last asked. */
class ProgressStream extends Transform {
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
  body: ProgressStream,
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
