import { finished, PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { TransportFailure } from './transport-failure.js';

/** What is asked of the server: what can be decoded here. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** Nobody encodes a body so often, and each coding costs time and memory for its own. */
const MOST_CODINGS = 5;

const NO_CODINGS: readonly string[] = [];

/** How much is decoded at once, in bytes: each step is a way to another thread and back. */
const SMALL_STEP = 16 * 1_024;
const LARGE_STEP = 128 * 1_024;

type DecoderOf = (firstByte: number, options: { readonly chunkSize: number }) => Transform;

/** Node's own decoders, which refuse a body that was cut or mislabelled. */
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
 * Returns `body` with `codings` undone, `limit` bytes at most.
 *
 * @throws {TransportFailure} where the body was cut, mislabelled or larger than `limit`
 */
export async function decodeBody(
  body: Buffer,
  codings: readonly string[],
  limit: number,
): Promise<Buffer> {
  refuseTooMany(codings);
  let decoded = body;
  for (const coding of codings) {
    const step = decoded.length > SMALL_STEP ? LARGE_STEP : SMALL_STEP;
    const decoder = decoderOf(coding, decoded[0] ?? 0, step);
    decoder.end(decoded);
    decoded = await collect(decoder, limit);
  }
  return decoded;
}

/**
 * Returns `body` as a stream with `codings` undone; what is wrong with it destroys the stream.
 *
 * @throws {TransportFailure} where a coding is unknown, or where there are too many
 */
export function decodeStream(body: Readable, codings: readonly string[]): Readable {
  try {
    refuseTooMany(codings);
    return codings.reduce<Readable>(
      (encoded, coding) => (coding === 'deflate' ? inflated(encoded) : piped(encoded, coding)),
      body,
    );
  } catch (error) {
    // Nobody will read it, and an unread body keeps its socket.
    body.destroy();
    throw error;
  }
}

function piped(encoded: Readable, coding: string): Readable {
  const decoder = decoderOf(coding, 0);
  pipeline(encoded, decoder, () => undefined);
  return decoder;
}

/** Which of the two forms of `deflate` it is, the first byte tells. */
function inflated(encoded: Readable): Readable {
  const decoded = new PassThrough();
  const stop = finished(encoded, (error) => {
    decoded.destroy(error ?? undefined);
  });
  const abandon = (): void => {
    encoded.destroy();
  };
  decoded.once('close', abandon);
  encoded.once('readable', () => {
    stop();
    decoded.off('close', abandon);
    const first = encoded.read() as Buffer | null;
    if (first !== null) encoded.unshift(first);
    pipeline(encoded, decoderOf('deflate', first?.[0] ?? 0), decoded, () => undefined);
  });
  return decoded;
}

function refuseTooMany(codings: readonly string[]): void {
  if (codings.length <= MOST_CODINGS) return;
  const message = 'The answer has more content codings than are taken.';
  throw new TransportFailure('response_undecodable', 'unknown', message);
}

function decoderOf(coding: string, firstByte: number, chunkSize = SMALL_STEP): Transform {
  const make = DECODERS.get(coding);
  if (make !== undefined) return make(firstByte, { chunkSize });
  const message = 'The answer has a content coding that was not asked for.';
  throw new TransportFailure('response_undecodable', 'unknown', message);
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
    const message = 'The compressed answer was cut or is not what its header says.';
    throw new TransportFailure('response_undecodable', 'unknown', message);
  }
  return Buffer.concat(chunks);
}

/** Returns the failure of an answer of more than `limit` bytes. */
export function tooLarge(limit: number): TransportFailure {
  const message = `The answer is larger than ${limit} bytes.`;
  return new TransportFailure('response_too_large', 'unknown', message);
}
