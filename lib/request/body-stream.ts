import { AsyncResource } from 'node:async_hooks';
import { PassThrough, Readable } from 'node:stream';
import { HALF_CHARACTER } from '../config/option-values.js';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { TransportFailure } from '../contracts/transport.js';

/** The `form-data` package's stream, which carries its own headers. */
export interface FormDataPackage {
  getHeaders(): Record<string, string>;
  pipe(destination: NodeJS.WritableStream): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}

/** Returns whether `body` is a form of the `form-data` package. */
export function isFormDataPackage(body: unknown): body is FormDataPackage {
  if (typeof body !== 'object' || body === null) return false;
  return 'getHeaders' in body && typeof body.getHeaders === 'function' && 'pipe' in body;
}

/** Returns whether `body` can be read once only, so that it cannot be sent again. */
export function isOneShot(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (body instanceof Readable || body instanceof ReadableStream) return true;
  return Symbol.asyncIterator in body || isFormDataPackage(body);
}

/** Handles a stream's errors from now on: it may fail before it is read, and an unhandled error ends the process. */
export function ignoreStreamErrors(body: unknown): void {
  if (body instanceof Readable) body.on('error', () => undefined);
}

/** Returns whether `body` is a stream that {@link disposeBody} ends. */
export function isEndable(body: unknown): boolean {
  return body instanceof Readable || body instanceof ReadableStream;
}

/** Closes a stream that nobody will read any more, without an error: its owner may not handle one. */
export function disposeBody(body: unknown): void {
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked)
    void body.cancel().catch(() => undefined);
}

/** Makes `stream`, one of the package's, emit its events in the current async context, not in that of its reader or writer. */
export function keepContext<Stream extends Readable>(stream: Stream): Stream {
  const emit: Readable['emit'] = stream.emit.bind(stream);
  stream.emit = AsyncResource.bind(emit);
  return stream;
}

type Source = Readable | ReadableStream | AsyncIterable<unknown> | FormDataPackage;

/** Streams that a call has used: they cannot be read a second time. */
const consumed = new WeakSet();

/**
 * Returns `source` as a stream for the wire, read only when the request is written. An error of `source` fails the
 * request with the code `request_body_failed`.
 *
 * @throws {CryptofuseConfigException} if `source` was read, ended or failed before
 */
export function uploadStream(source: Source): Readable {
  requireUnspent(source);
  consumed.add(source);
  const chunks = isFormDataPackage(source) ? formDataStream(source) : source;
  const read = readHere(chunksOf(chunks as AsyncIterable<unknown>));
  const body = keepContext(Readable.from(read, { objectMode: false }));
  // A generator that has never started does not close its source.
  body.once('close', () => {
    disposeBody(chunks);
  });
  return body;
}

/** Returns `chunks`, each produced in the current async context rather than in the one that happens to read on. */
function readHere<T>(chunks: AsyncGenerator<T>): AsyncIterable<T> {
  const iterator: AsyncIterator<T> = {
    next: AsyncResource.bind(() => chunks.next()),
    return: AsyncResource.bind(() => chunks.return(undefined)),
    throw: AsyncResource.bind((error: unknown) => chunks.throw(error)),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** @throws {CryptofuseConfigException} if the stream `source` was read, ended or failed before */
export function requireUnspent(source: object): void {
  if (!isSpent(source)) return;
  const message =
    'is a stream that was read, ended or failed before; give a function that returns a new one';
  throw callRefused({ property: 'body', message });
}

function isSpent(source: object): boolean {
  if (consumed.has(source)) return true;
  if (source instanceof ReadableStream) return source.locked || isDisturbed(source);
  return source instanceof Readable && (source.destroyed || isDisturbed(source));
}

/** Web streams are supported too, which the types do not say. */
function isDisturbed(source: object): boolean {
  return Readable.isDisturbed(source as Readable);
}

async function* chunksOf(source: AsyncIterable<unknown>): AsyncGenerator<string | Uint8Array> {
  try {
    for await (const chunk of source) {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
        throw failure('gave something that is neither text nor bytes');
      }
      if (typeof chunk === 'string' && !chunk.isWellFormed()) {
        throw failure(`gave text that ${HALF_CHARACTER}`);
      }
      yield chunk;
    }
  } catch (error) {
    throw error instanceof TransportFailure ? error : failure('failed');
  }
}

function failure(what: string): TransportFailure {
  return new TransportFailure('request_body_failed', 'unknown', `The stream of the body ${what}.`);
}

/**
 * Returns `form` as a `Readable`. The package's own stream is a legacy one, and an unhandled error of it ends the
 * process.
 */
function formDataStream(form: FormDataPackage): Readable {
  if (form instanceof Readable) return form;
  const body = new PassThrough();
  ignoreStreamErrors(body);
  const fail = (error: unknown): void => {
    body.destroy(error as Error);
  };
  try {
    form.on?.('error', fail);
    form.pipe(body);
  } catch (error) {
    fail(error);
  }
  return body;
}
