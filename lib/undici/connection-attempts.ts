import { Readable } from 'node:stream';
import type { buildConnector } from 'undici';
import { TransportFailure } from '../transport/transport-failure.js';

/** Gives a connection up that is being made, which then fails. */
export type Cancel = () => void;

/** Returns the failure of a connection that was given up. */
export function givenUp(): TransportFailure {
  return new TransportFailure('connection_failed', 'not-sent', 'The connection was given up.');
}

/** Connects to a server, or over a socket that is given to it. */
export type Connector = (
  options: buildConnector.Options,
  connected: buildConnector.Callback,
) => Cancel;

/** Who waits for a connection, and may give up the one that is made for it. */
export interface ConnectionOwner {
  cancelConnecting: Cancel | undefined;
}

/** The connections of a line that are being made. undici tells neither of them nor for whom it makes them. */
export class ConnectionAttempts {
  /** Who is being dispatched: the connection that undici begins meanwhile is for this one alone. */
  #owner: ConnectionOwner | undefined = undefined;
  readonly #underWay = new Set<Cancel>();

  /** Whether there are any. */
  get areUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** `owner` is dispatched from now on. */
  begin(owner: ConnectionOwner): void {
    this.#owner = owner;
  }

  /** Who was dispatched last is with undici, which takes up a request with a stream a microtask later. */
  end(body: unknown): void {
    if (!(body instanceof Readable)) {
      this.#owner = undefined;
      return;
    }
    const owner = this.#owner;
    queueMicrotask(() => {
      if (this.#owner === owner) this.#owner = undefined;
    });
  }

  /** Returns `connect` for undici, so that what it makes is known here. */
  tracked(connect: Connector): buildConnector.connector {
    return (options, connected) => {
      const owner = this.#owner;
      const cancel = connect(options, (...result) => {
        this.#underWay.delete(cancel);
        if (owner?.cancelConnecting === cancel) owner.cancelConnecting = undefined;
        connected(...result);
      });
      this.#underWay.add(cancel);
      if (owner !== undefined) owner.cancelConnecting = cancel;
    };
  }

  /** Gives all of them up. */
  cancelAll(): void {
    for (const cancel of [...this.#underWay]) cancel();
  }
}
