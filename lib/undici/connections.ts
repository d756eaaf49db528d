import { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { inBackground } from '../clock/clock.js';
import { type Peer, TransportFailure, type TransportRequest } from '../contracts/transport.js';
import { unverifiedReason, withoutPrototype, withSocketOptions } from '../transport/node-http.js';
import type { ConcurrencyLimiter } from './concurrency-limiter.js';

/** Cancels a connection attempt, which then fails. */
export type Cancel = () => void;

/** Returns the failure of a cancelled connection attempt. */
export function connectionAbandoned(): TransportFailure {
  return new TransportFailure('connection_failed', 'not-sent', 'The connection was abandoned.');
}

/** Connects to a server, or over an existing socket. */
export type Connector = (
  options: buildConnector.Options,
  connected: buildConnector.Callback,
) => Cancel;

/** A request that waits for a connection and may cancel the attempt made for it. */
export interface ConnectionOwner {
  cancelConnecting: Cancel | undefined;
}

/** Tracks the connection attempts of a route. undici exposes neither them nor the requests they are for. */
export class ConnectionAttempts {
  /** The request being dispatched; a connection that undici starts meanwhile is for this request only. */
  #owner: ConnectionOwner | undefined = undefined;
  readonly #underWay = new Set<Cancel>();

  /** Whether any attempt is in progress. */
  get areUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Marks the start of dispatching `owner`. */
  begin(owner: ConnectionOwner): void {
    this.#owner = owner;
  }

  /** Marks the end of dispatching. undici starts a request with a stream one microtask later. */
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

  /** Returns `connect` for undici, with its attempts tracked. */
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

  /** Cancels all attempts. */
  cancelAll(): void {
    for (const cancel of [...this.#underWay]) cancel();
  }
}

/** The connections a request can use. */
export interface Route {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** The peer the connections are with. */
  readonly peer: Peer;
  /** `undefined` if the application supplied the dispatcher. */
  readonly attempts: ConnectionAttempts | undefined;
  /** Admits as many requests as the connections can carry; unlimited if the application supplied the dispatcher. */
  readonly limiter: ConcurrencyLimiter;
}

/** The sender of a request. A busy pool starts it later, in the async context of whichever request frees a connection. */
export interface Requester {
  /** Whether an undici client has taken the request. */
  isTaken: boolean;
  /** The async context of its call, if it had to wait. */
  readonly context: AsyncResource | undefined;
}

type RequesterOptions = Dispatcher.DispatchOptions & { readonly requester?: Requester | undefined };

/** An undici client that dispatches each request in the async context of its call. */
class IsolatedClient extends Client {
  override dispatch(options: RequesterOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { requester } = options;
    if (requester === undefined) return super.dispatch(options, handler);
    requester.isTaken = true;
    const { context } = requester;
    if (context === undefined) return super.dispatch(options, handler);
    return context.runInAsyncScope(() => super.dispatch(options, handler));
  }
}

/** undici returns the socket it creates, though its types do not say so. */
type SocketMaker = (...args: Parameters<buildConnector.connector>) => unknown;

/**
 * Returns a connector that takes no options from a prototype. Certificate verification is decided now, from the
 * environment that operators were warned about, not later.
 */
export function isolatedConnector(): Connector {
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const settings = withSocketOptions({ rejectUnauthorized, allowH2: false });
  const connect: SocketMaker = buildConnector(settings);
  return (options, connected) => {
    // The socket outlives the call it is created for, but the callback belongs to that call.
    const told = AsyncResource.bind(connected);
    const made = inBackground(() => connect(withoutPrototype(options), told));
    return () => {
      // With an error, because undici would wait forever for a socket closed without one.
      if (made instanceof Socket) made.destroy(connectionAbandoned());
    };
  };
}

/** Options of a connection pool. */
export interface PoolOptions extends Client.Options {
  readonly connections: number;
}

/** Returns a pool to `origin` that connects with `connect` and takes no options from a prototype. */
export function isolatedPool(
  origin: string,
  { connections, ...options }: PoolOptions,
  connect: buildConnector.connector,
): Pool {
  // undici creates clients on demand, from a copy of the pool's options without the undefined ones.
  const factory = (): Client =>
    new IsolatedClient(origin, withoutPrototype({ ...options, connect }));
  return new Pool(origin, withoutPrototype({ connections, connect, factory }));
}

type DispatchOptions = Dispatcher.DispatchOptions & {
  /** Read by undici, though its types do not say so. */
  readonly servername: undefined;
  readonly requester: Requester | undefined;
};

/** Returns the options of a request. Options that could redirect it are set, so that no prototype can supply them. */
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
