import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock/clock.js';
import type { FaultEffect } from './faults.js';
import type { RequestNote } from './request-log.js';
import { type Answer, withHeaders } from './response.js';

/** One request and what becomes of it. */
export interface ExchangeParts {
  readonly response: ServerResponse;
  readonly note: RequestNote;
  readonly clock: Clock;
  /** Milliseconds that an answer is held back. */
  readonly latency: number;
  /** Whether the answer has a body: not so for HEAD. */
  readonly withBody: boolean;
  /** Lets the server do what was asked for, and gives its answer. */
  act(): Promise<Answer>;
}

/** Brings a request to its end, good or bad. */
export class Exchange {
  private readonly reply: Reply;

  constructor(private readonly parts: ExchangeParts) {
    this.reply = new Reply(parts.response, parts.clock, parts.withBody);
  }

  async run(effect: FaultEffect): Promise<void> {
    switch (effect.kind) {
      case 'hang':
        return;
      case 'reset':
        await (effect.acts ? this.parts.act() : undefined);
        this.reply.reset();
        return;
      case 'answer':
        await this.send(effect.answer);
        return;
      case 'delay':
        await this.send(await this.parts.act(), effect.delay);
        return;
      case 'headers':
        await this.send(withHeaders(await this.parts.act(), effect.headers));
        return;
      case 'truncate':
        await this.sendHalf(await this.parts.act());
    }
  }

  private async send(answer: Answer, delay = 0): Promise<void> {
    if (await this.isStillWanted(delay)) {
      this.parts.note.answered(answer.status);
      await this.reply.send(answer);
    }
  }

  private async sendHalf(answer: Answer): Promise<void> {
    if (await this.isStillWanted(0)) {
      this.parts.note.answered(answer.status);
      await this.reply.sendHalf(answer);
    }
  }

  /** Holds the answer back, and tells whether the client has waited for it. */
  private async isStillWanted(delay: number): Promise<boolean> {
    const { clock, latency, response } = this.parts;
    await pause(clock, latency + delay, response);
    return !response.destroyed;
  }
}

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

/** Waits `ms` by `clock`, but not beyond the end of the connection, nor does it keep the process alive. */
export function pause(clock: Clock, ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0 || response.destroyed) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const end = (): void => {
      call.cancel();
      response.off('close', end);
      resolve();
    };
    const call = clock.schedule(end, ms);
    call.unref();
    response.once('close', end);
  });
}
