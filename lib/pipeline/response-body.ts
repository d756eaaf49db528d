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

/** Bytes to read of an error's body: no more than an exception can show. */
const LARGEST_ERROR = 64 * 1_024;

/** Returns the body of a response in the requested type; that of an error as JSON, for a stream as a promise. */
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
    // If the body breaks off, the status still counts.
  }
  return Buffer.concat(chunks);
}

/** The client of a stream, and how long the stream may stall. */
interface StreamTerms {
  readonly signal: AbortSignalLike | undefined;
  /** Milliseconds without a byte, detected within twice that; a slow reader is no stall. */
  readonly timeout: number;
  readonly clientId: string;
}

/**
 * Wraps `source` for its reader: it fails with a `CryptofuseException`, or with the signal's reason if that was
 * aborted. Destroying either stream destroys the other. Its events are emitted in the current async context.
 */
export function responseStream(
  source: Readable,
  { signal, timeout, clientId }: StreamTerms,
  timers: DeadlineTimers,
): Readable {
  const body = keepContext(new ProgressStream());
  // A reader gets its errors; without a reader, they must not end the process.
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

/** Passes bytes through, and records whether any have arrived since the last check. */
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

  /** Returns whether it waits for bytes and none have arrived since the last call. */
  isStalled(): boolean {
    const isStalled = !this.#hasMoved && this.readableLength === 0;
    this.#hasMoved = false;
    return isStalled;
  }
}

/** Watches `body` with one timer, however many bytes arrive. Returns a function that stops it. */
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
