import { pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { TransportFailure } from './transport-failure.js';

/** What is asked of the server: what can be decoded here. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

type DecoderOf = (firstByte: number) => Transform;

/** Node's own decoders, which refuse a body that was cut or mislabelled. */
const DECODERS: ReadonlyMap<string, DecoderOf> = new Map<string, DecoderOf>([
  ['gzip', () => zlib.createGunzip()],
  ['x-gzip', () => zlib.createGunzip()],
  ['deflate', (firstByte) => (isZlib(firstByte) ? zlib.createInflate() : zlib.createInflateRaw())],
  ['br', () => zlib.createBrotliDecompress()],
]);

/** Some servers send `deflate` without the zlib header of RFC 9110 §8.4.1.2. */
function isZlib(firstByte: number): boolean {
  return (firstByte & 0x0f) === 8;
}

/** Returns the content codings of a `Content-Encoding` header, in the order to undo them. */
export function codingsOf(header: string | readonly string[] | undefined): readonly string[] {
  const codings = String(header ?? '')
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
  let decoded = body;
  for (const coding of codings) {
    const decoder = decoderOf(coding, decoded[0] ?? 0);
    decoder.end(decoded);
    decoded = await collect(decoder, limit);
  }
  return decoded;
}

/**
 * Returns `body` as a stream with `codings` undone; what is wrong with it destroys the stream.
 *
 * @throws {TransportFailure} where a coding is unknown
 */
export function decodeStream(body: Readable, codings: readonly string[]): Readable {
  try {
    return codings.reduce<Readable>((encoded, coding) => {
      const decoder = decoderOf(coding, 8);
      pipeline(encoded, decoder, () => undefined);
      return decoder;
    }, body);
  } catch (error) {
    // Nobody will read it, and an unread body keeps its socket.
    body.destroy();
    throw error;
  }
}

function decoderOf(coding: string, firstByte: number): Transform {
  const make = DECODERS.get(coding);
  if (make !== undefined) return make(firstByte);
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
