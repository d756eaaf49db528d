import { Readable, type ReadableOptions } from 'node:stream';
import type { Dispatcher } from 'undici';
import { tooLarge } from '../transport/content-decoding.js';
import { withoutPrototype } from '../transport/node-http.js';
import { GatheredBytes } from '../transport/response-content.js';
import type { TransportRequest, TransportResponse } from '../contracts/transport.js';
import type { Route } from './connections.js';
import { ResponseHandler } from './response-handler.js';

/** A response that is read into memory. */
class BufferedResponse extends ResponseHandler {
  /** Created with the first byte, to keep waiting requests small. */
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
    this.settle(this.#bytes?.take() ?? Buffer.alloc(0));
  }

  protected override end(): void {
    this.#bytes = undefined;
    super.end();
  }
}

/** A response whose body is read as a stream. */
class StreamedResponse extends ResponseHandler {
  #body: Readable | undefined;

  protected take(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  protected begin(controller: Dispatcher.DispatchController): void {
    this.#body = this.#readable(controller);
    this.settle(this.#body);
  }

  #readable(controller: Dispatcher.DispatchController): Readable {
    const options: ReadableOptions = {
      read: () => {
        controller.resume();
      },
      destroy: (error, done) => {
        if (!this.#body?.readableEnded) this.#abandon(controller, error);
        done(error);
      },
    };
    return new Readable(withoutPrototype(options));
  }

  protected complete(): void {
    this.#body?.push(null);
  }

  protected override fail(error: Error): void {
    super.fail(error);
    this.#body?.destroy(error);
  }

  /** Aborts the request when the reader stops, which frees the connection. */
  #abandon(controller: Dispatcher.DispatchController, error: Error | null): void {
    if (!controller.aborted) controller.abort(error ?? new Error('The body was not read.'));
    this.end();
  }
}

/**
 * Sends `request` over `route`.
 *
 * @throws {TransportFailure} if there was no response
 * @throws the signal's reason if it was aborted
 */
export function dispatchRequest(
  route: Route,
  request: TransportRequest,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    signal?.throwIfAborted();
    const Handler = request.stream ? StreamedResponse : BufferedResponse;
    const handler = new Handler(route, request, resolve, reject);
    request.trackProgress?.(handler);
    if (signal !== undefined) handler.endWith(signal);
    route.limiter.enter(handler);
  });
}
