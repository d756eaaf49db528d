import { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { inBackground } from '../clock/clock.js';
import { type Peer, TransportFailure, type TransportRequest } from '../contracts/transport.js';
import { unverifiedReason, withoutPrototype, withSocketOptions } from '../transport/node-http.js';
import type { ConcurrencyLimiter } from './concurrency-limiter.js';

/** Gives a connection up that is being made, which then fails. */
export type Cancel = () => void;

/** Returns the failure of a connection that was given up. */
export function connectionAbandoned(): TransportFailure {
  return new TransportFailure('connection_failed', 'not-sent', 'The connection was abandoned.');
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

/** The connections of a route that are being made. undici tells neither of them nor for whom it makes them. */
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

/** The connections that a request takes. */
export interface Route {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** Whom the connections are with. */
  readonly peer: Peer;
  /** `undefined` if the dispatcher is the application's own. */
  readonly attempts: ConnectionAttempts | undefined;
  /** Has room for as many requests as its connections take; without limit if the dispatcher is the application's own. */
  readonly limiter: ConcurrencyLimiter;
}

/** Whose request it is. A pool without a free connection takes it up later, in the async context of whoever had one. */
export interface Requester {
  /** Whether a client has it. */
  isTaken: boolean;
  /** That of its call, if it had to wait. */
  readonly context: AsyncResource | undefined;
}

type RequesterOptions = Dispatcher.DispatchOptions & { readonly requester?: Requester | undefined };

/** A connection of undici's that takes up each request in the async context of its call. */
export class IsolatedClient extends Client {
  override dispatch(options: RequesterOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { requester } = options;
    if (requester === undefined) return super.dispatch(options, handler);
    requester.isTaken = true;
    const { context } = requester;
    if (context === undefined) return super.dispatch(options, handler);
    return context.runInAsyncScope(() => super.dispatch(options, handler));
  }
}

/** undici returns the socket that it makes, though its types do not say so. */
type SocketMaker = (...args: Parameters<buildConnector.connector>) => unknown;

/**
 * Returns what connects to servers and takes nothing from a prototype. Whether it verifies certificates is settled
 * now: the environment that an operator was told of, and no later one.
 */
export function isolatedConnector(): Connector {
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const settings = withSocketOptions({ rejectUnauthorized, allowH2: false });
  const connect: SocketMaker = buildConnector(settings);
  return (options, connected) => {
    // The socket outlives the call that it is made for; what follows at once is still that call's.
    const told = AsyncResource.bind(connected);
    const made = inBackground(() => connect(withoutPrototype(options), told));
    return () => {
      // With an error: undici would wait for ever for one that is closed without.
      if (made instanceof Socket) made.destroy(connectionAbandoned());
    };
  };
}

/** How connections are kept. */
export interface PoolOptions extends Client.Options {
  readonly connections: number;
}

/** Returns connections to `origin`, made by `connect`, that take nothing from a prototype. */
export function isolatedPool(
  origin: string,
  { connections, ...options }: PoolOptions,
  connect: buildConnector.connector,
): Pool {
  // undici makes a client when it needs one, of a copy of the pool's options that leaves out what is undefined.
  const factory = (): Client =>
    new IsolatedClient(origin, withoutPrototype({ ...options, connect }));
  return new Pool(origin, withoutPrototype({ connections, connect, factory }));
}

type DispatchOptions = Dispatcher.DispatchOptions & {
  /** undici reads it, though its types do not say so. */
  readonly servername: undefined;
  readonly requester: Requester | undefined;
};

/** Returns the options of a request. What could lead it elsewhere is stated, so that it does not come from a prototype. */
export function dispatchOptions(
  origin: string,
  path: string,
  { method, headers, body }: Pick<TransportRequest, 'method' | 'headers' | 'body'>,
  requester?: Requester,
): DispatchOptions {
  return {
    origin,
    path,
    method,
    headers,
    body: body ?? null,
    query: undefined,
    idempotent: undefined,
    upgrade: undefined,
    servername: undefined,
    requester,
  };
}
