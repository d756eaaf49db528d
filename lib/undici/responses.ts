import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { withCleanPrototype } from '../config/clean-prototype.js';
import { tooLarge } from '../transport/content-decoding.js';
import { GatheredBytes } from '../transport/response-bytes.js';
import type { TransportRequest, TransportResponse } from '../contracts/transport.js';
import type { Line } from './connections.js';
import { ResponseHandler } from './response-handler.js';

/** An answer that is read into memory. */
export class BufferedResponse extends ResponseHandler {
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

/** An answer whose body is read as it comes. */
export class StreamedResponse extends ResponseHandler {
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

/**
 * Sends `request` over `line`.
 *
 * @throws {TransportFailure} where no answer came
 * @throws the signal's reason where it was aborted
 */
export function dispatched(line: Line, request: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    signal?.throwIfAborted();
    const Answer = request.stream ? StreamedResponse : BufferedResponse;
    const handler = new Answer(line, request, resolve, reject);
    request.trackProgress?.(handler);
    if (signal !== undefined) handler.endWith(signal);
    line.turnstile.enter(handler);
  });
}
