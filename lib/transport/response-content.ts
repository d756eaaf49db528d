import { isUtf8 } from 'node:buffer';
import { finished, type Readable } from 'node:stream';
import type { ResponseHeaders } from '../contracts/transport.js';
import { responseReading, tooLarge } from './content-decoding.js';
import { failureFromStreamError } from './transport-failure.js';

/**
 * Returns all bytes of `body`.
 *
 * @throws {TransportFailure} if it was cut, or is larger than `limit`
 */
export function gatherBody(body: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const bytes = new GatheredBytes();
    body.on('data', (piece: Buffer) => {
      bytes.add(piece);
      if (bytes.size > limit) body.destroy(tooLarge(limit));
    });
    finished(body, { writable: false }, (error) => {
      if (error) reject(failureFromStreamError(error));
      else resolve(bytes.take());
    });
  });
}

/** A piece of so many bytes is kept as it came. */
const LARGE = 4_096;
const BLOCK = 16_384;

/** Bytes that come in pieces. Small ones are kept together: each costs memory beyond its bytes. */
export class GatheredBytes {
  /** Alone it is the body of most responses. */
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;
  #block: Buffer | undefined;
  #filled = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds `piece`, which must not change any more. */
  add(piece: Buffer): void {
    if (this.#size === 0) this.#first = piece;
    else if (piece.length >= LARGE) this.#keep(piece);
    else this.#copy(piece);
    this.#size += piece.length;
    responseReading.pieces += 1;
  }

  /** Returns all of them in one. */
  take(): Buffer {
    this.#closeBlock();
    const first = this.#first ?? Buffer.alloc(0);
    return this.#others === undefined ? first : Buffer.concat([first, ...this.#others]);
  }

  #keep(piece: Buffer): void {
    this.#closeBlock();
    this.#push(piece);
  }

  #copy(piece: Buffer): void {
    if (this.#filled + piece.length > BLOCK) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafe(BLOCK);
    piece.copy(this.#block, this.#filled);
    this.#filled += piece.length;
  }

  #closeBlock(): void {
    if (this.#block === undefined || this.#filled === 0) return;
    this.#push(Buffer.from(this.#block.subarray(0, this.#filled)));
    this.#filled = 0;
  }

  #push(piece: Buffer): void {
    (this.#others ??= []).push(piece);
  }
}

const JSON_TYPE = 'application/json';
const JSON_TYPES = /^application\/(json|[\w.!#$&^+-]+\+json)$/;

const BYTE_ORDER_MARK = '\ufeff';

const OTHER_TYPES = new Set(['text/html', 'text/plain', 'text/xml', 'application/xml']);

/** A body that is not the JSON it should be, or the body of an error that cannot be read at all. */
export class UnreadableBody {
  constructor(
    /** What is wrong with it. */
    readonly reason: string,
    /** Empty if it cannot be read at all. */
    readonly text: string,
  ) {}
}

/** Returns the media type of a response in lower case, without parameters; empty if none is named. */
export function mediaTypeOf(headers: ResponseHeaders): string {
  const header = headers['content-type'];
  // What nearly every response says needs no reading.
  if (header === JSON_TYPE) return header;
  const [type] = String(header ?? '').split(';');
  return (type ?? '').trim().toLowerCase();
}

/**
 * Returns the JSON that `bytes` hold, `undefined` for no bytes, or an {@link UnreadableBody} if the media
 * type is another, or they are no JSON in UTF-8 (RFC 8259 §8.1). Where no type is named, JSON is taken for
 * what it is.
 */
export function readJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  if (bytes.length === 0) return undefined;
  const text = withoutMark(bytes.toString('utf8'));
  const reason = reasonAgainst(bytes, headers);
  if (reason !== undefined) return new UnreadableBody(reason, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new UnreadableBody('is not the JSON its header says', text);
  }
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Reads the body of an error as {@link readJson} does; what is not UTF-8 in it is replaced, for its code is worth more. */
export function readErrorJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  return readJson(isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8')), headers);
}

function reasonAgainst(bytes: Buffer, headers: ResponseHeaders): string | undefined {
  const type = mediaTypeOf(headers);
  if (type !== '' && type !== JSON_TYPE && !JSON_TYPES.test(type)) {
    // Only a known name is repeated: a header may echo anything.
    return OTHER_TYPES.has(type) ? `is ${type}, not JSON` : 'is not JSON';
  }
  return isUtf8(bytes) ? undefined : 'is not in UTF-8';
}
