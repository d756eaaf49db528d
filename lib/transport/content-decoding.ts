import { finished, PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Reading } from '../clock/deadline-timers.js';
import { TransportFailure, type TransportResponse } from '../contracts/transport.js';

/** Counts what this process reads from responses, to detect whether received data is still being processed. */
class ResponseReading implements Reading {
  /** The number of body chunks received. */
  pieces = 0;
  /** The number of bodies being decoded in other threads. */
  decoding = 0;

  watch(): () => boolean {
    let before = this.pieces;
    return () => {
      const hasRead = this.pieces !== before || this.decoding > 0;
      before = this.pieces;
      return hasRead;
    };
  }
}

/** The counter for all connections of this process. */
export const responseReading = new ResponseReading();

/** Statuses without content (RFC 9110 §15.3.5, §15.3.6, §15.4.5), whatever the `content-length`. */
export const NO_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

type Head = Pick<TransportResponse, 'status' | 'headers'>;

/** Returns whether the response to a `method` request has no body, whatever its headers say (RFC 9112 §6.3). */
export function isBodiless(method: string, { status, headers }: Head): boolean {
  return method === 'HEAD' || NO_CONTENT.has(status) || headers['content-length'] === '0';
}

/** Returns the codings to undo in the response to a `method` request: none if it has no body. */
export function responseCodings(method: string, head: Head): readonly string[] {
  return isBodiless(method, head) ? [] : codingsOf(head.headers['content-encoding']);
}

/** The encodings requested from the server: those that can be decoded. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** More codings than any real server applies; each costs time and memory. */
const MOST_CODINGS = 5;

const NO_CODINGS: readonly string[] = [];

/** How many bytes are decoded at once: each step is a round trip to another thread. */
const SMALL_STEP = 16 * 1_024;
const LARGE_STEP = 128 * 1_024;

type DecoderOf = (firstByte: number, options: { readonly chunkSize: number }) => Transform;

/** Node's decoders, which reject a body that was cut or mislabelled. */
const DECODERS: ReadonlyMap<string, DecoderOf> = new Map<string, DecoderOf>([
  ['gzip', (_, options) => zlib.createGunzip(options)],
  ['x-gzip', (_, options) => zlib.createGunzip(options)],
  ['deflate', inflateOf],
  ['br', (_, options) => zlib.createBrotliDecompress(options)],
]);

/** Some servers send `deflate` without the zlib header of RFC 9110 §8.4.1.2. */
function inflateOf(firstByte: number, options: { readonly chunkSize: number }): Transform {
  const isZlib = (firstByte & 0x0f) === 8;
  return isZlib ? zlib.createInflate(options) : zlib.createInflateRaw(options);
}

/** Returns the content codings of a `Content-Encoding` header, in the order to undo them. */
export function codingsOf(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return NO_CODINGS;
  const codings = String(header)
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'identity').reverse();
}

/**
 * Returns `body` with `codings` undone, at most `limit` bytes. An empty body stays empty under any coding.
 *
 * @throws {TransportFailure} if the body was cut, mislabelled or larger than `limit`
 */
export async function decodeBody(
  body: Buffer,
  codings: readonly string[],
  limit: number,
): Promise<Buffer> {
  if (body.length === 0) return body;
  const decoders = decodersOf(codings);
  if (decoders instanceof TransportFailure) throw decoders;
  responseReading.decoding += 1;
  try {
    let decoded = body;
    for (const decoderOf of decoders) decoded = await decodeOnce(decoded, decoderOf, limit);
    return decoded;
  } finally {
    responseReading.decoding -= 1;
  }
}

function decodeOnce(encoded: Buffer, decoderOf: DecoderOf, limit: number): Promise<Buffer> {
  const chunkSize = encoded.length > SMALL_STEP ? LARGE_STEP : SMALL_STEP;
  const decoder = decoderOf(encoded[0] ?? 0, { chunkSize });
  decoder.end(encoded);
  return collect(decoder, limit);
}

/**
 * Returns `body` as a stream with `codings` undone; an error destroys the stream. An empty body stays empty under any
 * coding.
 *
 * @throws {TransportFailure} if a coding is unknown, or if there are too many
 */
export async function decodeStream(body: Readable, codings: readonly string[]): Promise<Readable> {
  const decoders = decodersOf(codings);
  if (!(decoders instanceof TransportFailure)) return decoders.reduce<Readable>(decoded, body);
  await requireEmpty(body, decoders);
  return body;
}

function requireEmpty(body: Readable, refusal: TransportFailure): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = (first: number | undefined): void => {
      if (first === undefined) {
        resolve();
        return;
      }
      // Nobody will read the body, and an unread body keeps its socket.
      body.destroy();
      reject(refusal);
    };
    onFirstByte(body, begun, reject);
  });
}

/** Decodes a stream. The first byte shows whether there is a body, and which form of `deflate` it has. */
function decoded(encoded: Readable, decoderOf: DecoderOf): Readable {
  const plain = new PassThrough();
  // The stream may fail before it has a reader.
  plain.on('error', () => undefined);
  const abandon = (): void => {
    encoded.destroy();
  };
  plain.once('close', abandon);
  onFirstByte(
    encoded,
    (first) => {
      plain.off('close', abandon);
      if (first === undefined) plain.end();
      else pipeline(encoded, decoderOf(first, { chunkSize: SMALL_STEP }), plain, () => undefined);
    },
    (error) => {
      plain.destroy(error);
    },
  );
  return plain;
}

/** Calls `begun` with the first byte of `body`, without consuming it, or with `undefined` if it is empty. */
function onFirstByte(
  body: Readable,
  begun: (first: number | undefined) => void,
  failed: (error: Error) => void,
): void {
  const look = (): void => {
    const bytes = body.read() as Buffer | null;
    if (bytes === null) return;
    stop();
    body.off('readable', look);
    body.unshift(bytes);
    begun(bytes[0]);
  };
  const stop = finished(body, { writable: false }, (error) => {
    body.off('readable', look);
    if (error) failed(error);
    else begun(undefined);
  });
  body.on('readable', look);
}

function decodersOf(codings: readonly string[]): readonly DecoderOf[] | TransportFailure {
  if (codings.length > MOST_CODINGS) {
    return undecodable('The response has more content codings than are taken.');
  }
  const decoders = codings.map((coding) => DECODERS.get(coding));
  if (decoders.every((decoder) => decoder !== undefined)) return decoders;
  return undecodable('The response has a content coding that was not asked for.');
}

function undecodable(message: string): TransportFailure {
  return new TransportFailure('response_undecodable', 'unknown', message);
}

async function collect(decoder: Transform, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TransportFailure) throw error;
    throw undecodable('The compressed response was cut or is not what its header says.');
  }
  return Buffer.concat(chunks);
}

/** Returns the failure for a response of more than `limit` bytes. */
export function tooLarge(limit: number): TransportFailure {
  const message = `The response is larger than ${limit} bytes.`;
  return new TransportFailure('response_too_large', 'unknown', message);
}
