import type { Dispatcher } from 'undici';
import { tooLarge } from '../transport/content-decoding.js';
import { AnswerHandler, type Settle } from './answer-handler.js';

const EMPTY = Buffer.alloc(0);

/** An answer that is read into memory. */
export class BufferedAnswer extends AnswerHandler {
  readonly #limit: number;
  #size = 0;
  #first: Buffer = EMPTY;
  #rest: Buffer[] | undefined;

  constructor(settle: Settle, limit: number) {
    super(settle);
    this.#limit = limit;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.abort(tooLarge(this.#limit));
    else if (this.#size === chunk.length) this.#first = chunk;
    else (this.#rest ??= []).push(chunk);
  }

  protected begin(): void {
    // The body follows.
  }

  protected complete(): void {
    const { status, headers } = this;
    const body =
      this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest]);
    this.settle.resolve({ status, headers, body });
  }
}
