import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

type Handle = (response: http.ServerResponse, request: http.IncomingMessage) => void;

const JSON_TYPE = { 'content-type': 'application/json' };

/** The API with one good token at a time, whose responses are a test's to send. Counts what comes. */
export class RevokingServer {
  tokenRequests = 0;
  revocations = 0;
  readonly apiRequests: string[] = [];
  /** Answers a call whose token is the good one. */
  accept: Handle = (response) => {
    response.writeHead(200, JSON_TYPE).end('{"fine":true}');
  };
  /** Answers a call whose token is another. */
  refuse: Handle = (response) => {
    response.writeHead(401, JSON_TYPE).end('{"detail":"No."}');
  };
  /** Answers a token request; default: with a new token. */
  grant: Handle = (response) => {
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(this.#issue()));
  };
  /** Answers a revocation. */
  revoke: Handle = (response) => {
    response.writeHead(200).end();
  };
  #good = 0;
  readonly #server = http.createServer((request, response) => {
    request.resume();
    this.#receive(request, response);
  });

  /** Starts a server on a free port of 127.0.0.1. Whoever starts one stops it. */
  static async start(): Promise<RevokingServer> {
    const server = new RevokingServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Makes every token that was given out a bad one. */
  revokeAll(): void {
    this.#good = -1;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #issue(): object {
    this.#good = this.tokenRequests;
    return { access_token: `token-${this.#good}`, token_type: 'Bearer', expires_in: 3_600 };
  }

  #receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.url === '/o/token/') {
      this.tokenRequests += 1;
      this.grant(response, request);
    } else if (request.url === '/o/revoke_token/') {
      this.revocations += 1;
      this.revoke(response, request);
    } else {
      this.apiRequests.push(`${request.method} ${request.url}`);
      const isGood = request.headers.authorization === `Bearer token-${this.#good}`;
      if (isGood) this.accept(response, request);
      else this.refuse(response, request);
    }
  }
}
