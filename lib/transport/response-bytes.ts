import { finished, type Readable } from 'node:stream';
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
