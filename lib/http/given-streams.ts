import { Readable } from 'node:stream';
import type { CryptofuseNext } from './cryptofuse-interceptor.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';
import { endBody } from './one-shot-body.js';

/** The streams that an interceptor is given in one call: one that it neither passes on nor reads would keep its connection. */
export class GivenStreams {
  readonly #given: Readable[] = [];
  #take = (stream: Readable): void => {
    this.#given.push(stream);
  };

  /** Returns `next`, whose streams are ended if they turn out to be nobody's. */
  through(next: CryptofuseNext): CryptofuseNext {
    return (request) => {
      const answer = next(request);
      answer.then(this.#note, ignore);
      return answer;
    };
  }

  /** The interceptor is done, and has returned `body`. */
  settle(body: unknown): void {
    const isItsOwn = isReadLater(body) && !this.#given.some((stream) => stream === body);
    // A stream of its own may read later what it was given.
    this.#take = isItsOwn
      ? ignore
      : (stream) => {
          if (stream !== body && !hasBegun(stream)) endBody(stream);
        };
    for (const stream of this.#given) this.#take(stream);
  }

  readonly #note = ({ body }: CryptofuseResponse): void => {
    if (body instanceof Readable) this.#take(body);
  };
}

function hasBegun(stream: Readable): boolean {
  return stream.readableFlowing !== null || Readable.isDisturbed(stream);
}

function isReadLater(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return body instanceof ReadableStream || Symbol.asyncIterator in body;
}

function ignore(): void {
  // Whoever is concerned has it.
}
