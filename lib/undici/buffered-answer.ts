import type { Dispatcher } from 'undici';
import { tooLarge } from '../transport/content-decoding.js';
import { GatheredBytes } from '../transport/gathered-bytes.js';
import { AnswerHandler, type Settle } from './answer-handler.js';

/** An answer that is read into memory. */
export class BufferedAnswer extends AnswerHandler {
  readonly #bytes = new GatheredBytes();
  readonly #limit: number;

  constructor(settle: Settle, limit: number) {
    super(settle);
    this.#limit = limit;
  }

  protected take(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes.add(chunk);
    if (this.#bytes.size > this.#limit) this.abort(tooLarge(this.#limit));
  }

  protected begin(): void {
    // The body follows.
  }

  protected complete(): void {
    const { status, headers } = this;
    this.settle.resolve({ status, headers, body: this.#bytes.take() });
  }
}
