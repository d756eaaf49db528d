import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock/clock.js';
import type { Answer } from './response.js';

/** Where one answer goes out, in whole or not. */
export class Reply {
  constructor(
    private readonly response: ServerResponse,
    private readonly clock: Clock,
    private readonly withBody: boolean,
  ) {
    response.sendDate = false;
  }

  async send(answer: Answer): Promise<void> {
    this.sendHead(answer);
    if (!this.withBody || answer.body.length === 0) {
      this.response.end();
    } else if (Buffer.isBuffer(answer.body)) {
      this.response.end(answer.body);
    } else {
      await pipeline(Readable.from(answer.body.chunks()), this.response);
    }
  }

  /** The head, half of the body, and the connection is closed. */
  async sendHalf(answer: Answer): Promise<void> {
    this.sendHead(answer);
    this.response.flushHeaders();
    for (const chunk of this.withBody ? firstHalf(answer) : []) {
      await new Promise((resolve) => this.response.write(chunk, resolve));
    }
    this.response.destroy();
  }

  /** The connection is reset: not even its end is announced properly. */
  reset(): void {
    this.response.socket?.resetAndDestroy();
  }

  private sendHead({ status, headers, body }: Answer): void {
    this.response.statusCode = status;
    this.response.setHeader('date', new Date(this.clock.now()).toUTCString());
    if (status !== 204) {
      this.response.setHeader('content-length', body.length);
    }
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) {
        this.response.removeHeader(name);
      } else {
        this.response.setHeader(name, value);
      }
    }
  }
}

function* firstHalf({ body }: Answer): Generator<Buffer> {
  let rest = Math.floor(body.length / 2);
  for (const chunk of Buffer.isBuffer(body) ? [body] : body.chunks()) {
    if (rest <= 0) {
      return;
    }
    yield chunk.subarray(0, rest);
    rest -= chunk.length;
  }
}
