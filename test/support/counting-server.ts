import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { placeOf } from './place-of.js';
import { until } from './until.js';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A request that waits for its answer. */
export interface HeldRequest {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Which of the connections it came on; the first is 1. */
  readonly connection: number;
  /** Sends the head of the answer. */
  readonly begin: () => void;
  /** Sends the answer, or what is left of it. */
  readonly answer: () => void;
}

/** A real server that answers when a test says so, and counts. */
export class CountingServer {
  /** All that ever came, in their order. */
  readonly requests: HeldRequest[] = [];
  /** The connections that have been closed, in their order. */
  readonly closed: number[] = [];
  /** Connections that were ever made. */
  connections = 0;
  /** The most requests that ever waited for an answer. */
  mostAtOnce = 0;
  /** Whether answers go out at once. */
  isPrompt = false;
  /** The body of each answer. */
  body = 'fine';
  /** Bytes of the bodies of all requests. */
  received = 0;
  /** What each answer has. */
  headers: Readonly<Record<string, string>> = {};
  #waiting = 0;
  readonly #numbers = new WeakMap<object, number>();
  readonly #server: http.Server;

  private constructor(private readonly identity: Identity | undefined) {
    const receive = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      this.#receive(request, response);
    };
    this.#server =
      identity === undefined ? http.createServer(receive) : https.createServer(identity, receive);
    // It says nothing of how long it keeps a connection, and keeps it.
    this.#server.keepAliveTimeout = 0;
    const event = identity === undefined ? 'connection' : 'secureConnection';
    this.#server.on(event, (socket: Socket) => {
      this.#count(socket);
    });
  }

  /** Starts a server on a free port of `host`; with an `identity`, over TLS. Whoever starts one stops it. */
  static async start(identity?: Identity, host = '127.0.0.1'): Promise<CountingServer> {
    const server = new CountingServer(identity);
    server.#server.listen(0, host);
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    const scheme = this.identity === undefined ? 'http' : 'https';
    return `${scheme}://${placeOf(this.#server)}`;
  }

  /** Waits until `count` requests have come, and returns the last of them. */
  async arrived(count: number): Promise<HeldRequest> {
    await until(() => this.requests.length >= count);
    const request = this.requests[count - 1];
    if (request === undefined) throw new Error('No request has come.');
    return request;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #count(socket: Socket): void {
    this.connections += 1;
    const number = this.connections;
    this.#numbers.set(socket, number);
    socket.once('close', () => this.closed.push(number));
  }

  #receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.#waiting += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#waiting);
    response.once('close', () => {
      this.#waiting -= 1;
    });
    const held: HeldRequest = {
      path: request.url ?? '',
      headers: request.headers,
      connection: this.#numbers.get(request.socket) ?? 0,
      begin: () => {
        response.writeHead(200, this.headers).flushHeaders();
      },
      answer: () => {
        if (!response.headersSent) response.writeHead(200, this.headers);
        response.end(this.body);
      },
    };
    request.on('data', (chunk: Buffer) => (this.received += chunk.length));
    this.requests.push(held);
    if (this.isPrompt) held.answer();
  }
}
