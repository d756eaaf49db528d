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

/** Chunks of at least this many bytes are kept without copying. */
const LARGE = 4_096;
const BLOCK = 16_384;

/** Collects bytes from chunks. Small chunks are merged, because each has a memory overhead. */
export class GatheredBytes {
  /** The first chunk, which is the whole body of most responses. */
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;
  #block: Buffer | undefined;
  #filled = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds `piece`, which must not be modified afterwards. */
  add(piece: Buffer): void {
    if (this.#size === 0) this.#first = piece;
    else if (piece.length >= LARGE) this.#keep(piece);
    else this.#copy(piece);
    this.#size += piece.length;
    responseReading.pieces += 1;
  }

  /** Returns all bytes in one buffer. */
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

/** A body that is not the expected JSON, or the body of an error that cannot be read. */
export class UnreadableBody {
  constructor(
    /** What is wrong with the body. */
    readonly reason: string,
    /** The body as text; empty if it cannot be read. */
    readonly text: string,
  ) {}
}

/** Returns the media type of a response in lower case, without parameters; empty if none is named. */
export function mediaTypeOf(headers: ResponseHeaders): string {
  const header = headers['content-type'];
  // The value in nearly every response needs no parsing.
  if (header === JSON_TYPE) return header;
  const [type] = String(header ?? '').split(';');
  return (type ?? '').trim().toLowerCase();
}

/**
 * Returns the JSON in `bytes`, `undefined` if they are empty, or an {@link UnreadableBody} if they are not JSON in UTF-8
 * (RFC 8259 §8.1) or have another media type. Without a media type, they are parsed as JSON.
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

/** Reads the body of an error as {@link readJson} does; invalid UTF-8 is replaced, since the error code matters more. */
export function readErrorJson(bytes: Buffer, headers: ResponseHeaders): unknown {
  return readJson(isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8')), headers);
}

function reasonAgainst(bytes: Buffer, headers: ResponseHeaders): string | undefined {
  const type = mediaTypeOf(headers);
  if (type !== '' && type !== JSON_TYPE && !JSON_TYPES.test(type)) {
    // Only known types are quoted, because a header may echo anything.
    return OTHER_TYPES.has(type) ? `is ${type}, not JSON` : 'is not JSON';
  }
  return isUtf8(bytes) ? undefined : 'is not in UTF-8';
}
