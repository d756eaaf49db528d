import type { Dispatcher } from 'undici';
import { tooLarge } from '../transport/content-decoding.js';
import { GatheredBytes } from '../transport/gathered-bytes.js';
import { AnswerHandler } from './answer-handler.js';

/** An answer that is read into memory. */
export class BufferedAnswer extends AnswerHandler {
  /** Made with its first byte: a request that waits for a connection is small. */
  #bytes: GatheredBytes | undefined = undefined;

  protected take(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes ??= new GatheredBytes();
    this.#bytes.add(chunk);
    if (this.#bytes.size > this.limit) this.abort(tooLarge(this.limit));
  }

  protected begin(): void {
    // The body follows.
  }

  protected complete(): void {
    this.answer(this.#bytes?.take() ?? Buffer.alloc(0));
  }

  protected override end(): void {
    this.#bytes = undefined;
    super.end();
  }
}
