import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const TOKEN = { access_token: 'token', token_type: 'Bearer', expires_in: 3_600 };

/** A response that has not ended. */
export interface OpenResponse {
  readonly path: string;
  /** Sends the head and a part of the body, which goes on. */
  begin(status?: number, headers?: Readonly<Record<string, string>>): void;
  /** Sends the rest. */
  end(): void;
}

/** The API, whose responses go on until a test ends them, and which sees their connections go. */
export class StreamingServer {
  tokenRequests = 0;
  /** Whether a token request fails. */
  tokenFails = false;
  /** In the order in which they came. */
  readonly responses: OpenResponse[] = [];
  /** Responses whose connection was closed before they had ended. */
  abandoned = 0;
  /** What is done with a request of the API at once; default: nothing. */
  onRequest: (response: OpenResponse) => void = () => undefined;
  readonly #server = http.createServer((request, response) => {
    request.on('error', () => undefined).resume();
    this.#receive(request, response);
  });

  /** Starts a server on a free port of 127.0.0.1. Whoever starts one stops it. */
  static async start(): Promise<StreamingServer> {
    const server = new StreamingServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until `count` requests of the API have come, and returns the last of them. */
  async arrived(count = 1): Promise<OpenResponse> {
    await until(() => this.responses.length >= count);
    const response = this.responses[count - 1];
    if (response === undefined) throw new Error('No request has come.');
    return response;
  }

  /** Waits until the connections of `count` responses have been closed before they had ended. */
  left(count = 1): Promise<void> {
    return until(() => this.abandoned >= count);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.url === '/o/token/') {
      this.tokenRequests += 1;
      if (this.tokenFails) response.writeHead(400, JSON_TYPE).end('{"error":"invalid_client"}');
      else response.writeHead(200, JSON_TYPE).end(JSON.stringify(TOKEN));
      return;
    }
    if (request.url === '/fine/') {
      response.writeHead(200, JSON_TYPE).end('{"fine":true}');
      return;
    }
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned += 1;
    });
    const open: OpenResponse = {
      path: request.url ?? '',
      begin: (status = 200, headers = {}) => {
        response.writeHead(status, headers).write('begun,');
      },
      end: () => {
        response.end('ended');
      },
    };
    this.responses.push(open);
    this.onRequest(open);
  }
}
