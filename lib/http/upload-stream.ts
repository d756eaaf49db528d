import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { HALF_CHARACTER } from '../config/plain-text.js';
import { TransportFailure } from '../transport/transport-failure.js';
import { keepContext } from './caller-context.js';
import { formDataStream } from './form-data-stream.js';
import { endBody, isFormDataPackage, type FormDataPackage } from './one-shot-body.js';
import { refusedCall } from './refused-call.js';

type Source = Readable | ReadableStream | AsyncIterable<unknown> | FormDataPackage;

/** Streams that a call has taken: what was read from them once is not there a second time. */
const taken = new WeakSet();

/**
 * Returns `source` on its way to the wire, read only when the request is written. What is wrong with it
 * ends the request as a failure of its own.
 *
 * @throws {CryptofuseConfigException} where `source` was read, ended or failed before
 */
export function uploadStream(source: Source): Readable {
  requireUnspent(source);
  taken.add(source);
  const chunks = isFormDataPackage(source) ? formDataStream(source) : source;
  const read = readHere(chunksOf(chunks as AsyncIterable<unknown>));
  const body = keepContext(Readable.from(read, { objectMode: false }));
  // A generator that was never begun does not end what it would have read.
  body.once('close', () => {
    endBody(chunks);
  });
  return body;
}

/** Returns `chunks`, each of which is made in the async context of now: it is read on wherever there is room again. */
function readHere<T>(chunks: AsyncGenerator<T>): AsyncIterable<T> {
  const iterator: AsyncIterator<T> = {
    next: AsyncResource.bind(() => chunks.next()),
    return: AsyncResource.bind(() => chunks.return(undefined)),
    throw: AsyncResource.bind((error: unknown) => chunks.throw(error)),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** @throws {CryptofuseConfigException} where the stream `source` was read, ended or failed before */
export function requireUnspent(source: object): void {
  if (!isSpent(source)) return;
  const message =
    'is a stream that was read, ended or failed before; give a function that returns a new one';
  throw refusedCall({ property: 'body', message });
}

function isSpent(source: object): boolean {
  if (taken.has(source)) return true;
  if (source instanceof ReadableStream) return source.locked || isDisturbed(source);
  return source instanceof Readable && (source.destroyed || isDisturbed(source));
}

/** It tells of web streams too; the types do not. */
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
