import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { AnswerHandler } from './answer-handler.js';

/** An answer whose body is read as it comes. */
export class StreamedAnswer extends AnswerHandler {
  #body: Readable | undefined;

  protected take(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  protected begin(controller: Dispatcher.DispatchController): void {
    this.#body = withCleanPrototype(() => this.#readable(controller));
    this.answer(this.#body);
  }

  #readable(controller: Dispatcher.DispatchController): Readable {
    return new Readable({
      read: () => {
        controller.resume();
      },
      destroy: (error, done) => {
        if (!this.#body?.readableEnded) this.#abandon(controller, error);
        done(error);
      },
    });
  }

  protected complete(): void {
    this.#body?.push(null);
  }

  protected override fail(error: Error): void {
    super.fail(error);
    this.#body?.destroy(error);
  }

  /** Whoever reads no further lets the connection go. */
  #abandon(controller: Dispatcher.DispatchController, error: Error | null): void {
    if (!controller.aborted) controller.abort(error ?? new Error('The body was not read.'));
    this.end();
  }
}
