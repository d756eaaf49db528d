import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock/clock.js';
import type { FaultEffect } from './faults.js';
import { pause } from './pause.js';
import { Reply } from './reply.js';
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
