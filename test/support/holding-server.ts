import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const BODIES: Readonly<Record<string, object>> = {
  '/o/token/': { access_token: 'token', token_type: 'Bearer', expires_in: 3_600 },
  '/payments/': { status: 'paid' },
};

/** A request whose response is the test's. */
export interface Held {
  readonly path: string;
  readonly response: http.ServerResponse;
}

/** A server that responds at once, but to the first request of one path: that one waits for the test. */
export class HoldingServer {
  /** The paths of all requests, in their order. */
  readonly paths: string[] = [];
  #held = '';
  readonly #arrivals = new EventEmitter();
  readonly #server = http.createServer((request, response) => {
    const path = request.url ?? '';
    this.paths.push(path);
    request.resume();
    if (path !== this.#held) {
      this.respond({ path, response });
      return;
    }
    this.#held = '';
    this.#arrivals.emit('arrival', { path, response });
  });

  /** Starts a server on a free port of 127.0.0.1. Whoever starts one stops it. */
  static async start(): Promise<HoldingServer> {
    const server = new HoldingServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the next request of `path` once it is there. What comes after it is not held. */
  async hold(path: string): Promise<Held> {
    this.#held = path;
    const [held] = (await once(this.#arrivals, 'arrival')) as [Held];
    return held;
  }

  /** Responds as the API does. */
  respond({ path, response }: Held): void {
    const body = BODIES[path];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body && JSON.stringify(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
