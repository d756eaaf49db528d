import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock/clock.js';
import type { FaultEffect } from './faults.js';
import type { RequestRecord } from './request-log.js';
import { type SandboxResponse, withHeaders } from './response.js';

/**
 * What an {@link Exchange} needs.
 *
 * @internal
 */
interface ExchangeParts {
  readonly serverResponse: ServerResponse;
  readonly record: RequestRecord;
  readonly clock: Clock;
  /** Milliseconds that the response is held back. */
  readonly latency: number;
  /** Whether the response has a body: not for HEAD. */
  readonly withBody: boolean;
  /** Does what the request asks for, and returns the sandbox's own response. */
  process(): Promise<SandboxResponse>;
}

/** One request from its arrival to its end, as the fault that it meets has it. @internal */
export class Exchange {
  readonly #writer: ResponseWriter;

  constructor(private readonly parts: ExchangeParts) {
    this.#writer = new ResponseWriter(parts.serverResponse, parts.clock, parts.withBody);
  }

  async run(effect: FaultEffect): Promise<void> {
    switch (effect.kind) {
      case 'hang':
        return;
      case 'reset':
        await (effect.isProcessed ? this.parts.process() : undefined);
        this.#writer.reset();
        return;
      case 'respond':
        await this.#send(effect.response);
        return;
      case 'delay':
        await this.#send(await this.parts.process(), effect.delay);
        return;
      case 'headers':
        await this.#send(withHeaders(await this.parts.process(), effect.headers));
        return;
      case 'truncate':
        await this.#sendHalf(await this.parts.process());
    }
  }

  async #send(response: SandboxResponse, delay = 0): Promise<void> {
    if (await this.#hold(delay)) {
      this.parts.record.setStatus(response.status);
      await this.#writer.write(response);
    }
  }

  async #sendHalf(response: SandboxResponse): Promise<void> {
    if (await this.#hold(0)) {
      this.parts.record.setStatus(response.status);
      await this.#writer.writeHalf(response);
    }
  }

  /** Holds the response back; returns whether the client is still there. */
  async #hold(delay: number): Promise<boolean> {
    const { clock, latency, serverResponse } = this.parts;
    await pause(clock, latency + delay, serverResponse);
    return !serverResponse.destroyed;
  }
}

/** Writes one response to the wire, whole or not. */
class ResponseWriter {
  constructor(
    private readonly serverResponse: ServerResponse,
    private readonly clock: Clock,
    private readonly withBody: boolean,
  ) {
    serverResponse.sendDate = false;
  }

  async write(response: SandboxResponse): Promise<void> {
    this.#writeHead(response);
    if (!this.withBody || response.body.length === 0) {
      this.serverResponse.end();
    } else if (Buffer.isBuffer(response.body)) {
      this.serverResponse.end(response.body);
    } else {
      await pipeline(Readable.from(response.body.chunks()), this.serverResponse);
    }
  }

  /** Writes the head and half of the body, then closes the connection. */
  async writeHalf(response: SandboxResponse): Promise<void> {
    this.#writeHead(response);
    this.serverResponse.flushHeaders();
    for (const chunk of this.withBody ? firstHalf(response) : []) {
      await new Promise((resolve) => this.serverResponse.write(chunk, resolve));
    }
    this.serverResponse.destroy();
  }

  /** Closes the connection with a TCP reset. */
  reset(): void {
    this.serverResponse.socket?.resetAndDestroy();
  }

  #writeHead({ status, headers, body }: SandboxResponse): void {
    this.serverResponse.statusCode = status;
    this.serverResponse.setHeader('date', new Date(this.clock.now()).toUTCString());
    if (status !== 204) this.serverResponse.setHeader('content-length', body.length);
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) {
        this.serverResponse.removeHeader(name);
      } else {
        this.serverResponse.setHeader(name, value);
      }
    }
  }
}

function* firstHalf({ body }: SandboxResponse): Generator<Buffer> {
  let rest = Math.floor(body.length / 2);
  for (const chunk of Buffer.isBuffer(body) ? [body] : body.chunks()) {
    if (rest <= 0) return;
    yield chunk.subarray(0, rest);
    rest -= chunk.length;
  }
}

/** Waits `ms` by `clock`, but not beyond the end of the connection. Does not keep the process alive. */
function pause(clock: Clock, ms: number, serverResponse: ServerResponse): Promise<void> {
  if (ms <= 0 || serverResponse.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      call.cancel();
      serverResponse.off('close', end);
      resolve();
    };
    const call = clock.schedule(end, ms);
    call.unref();
    serverResponse.once('close', end);
  });
}
