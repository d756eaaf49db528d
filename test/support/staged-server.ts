import http from 'node:http';
import type { AddressInfo } from 'node:net';

const JSON_TYPE = 'application/json';

/** How far an answer of the API goes, by its path; it is completed when the test says so. */
const STAGES: ReadonlyMap<string, (response: http.ServerResponse) => void> = new Map<
  string,
  (response: http.ServerResponse) => void
>([
  ['/headers/', () => undefined],
  ['/body/', (response) => response.writeHead(200, { 'content-type': JSON_TYPE }).write('{"a":')],
  ['/limited/', (response) => response.writeHead(429, { 'retry-after': '4' }).end()],
]);

const TOKEN = JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 3_600 });

/** A server that stops where a test wants a call to be aborted, and sees its sockets go. */
export class StagedServer {
  /** Requests whose connection was closed before they were answered. */
  abandoned = 0;
  tokenIsHeld = false;
  readonly arrived: string[] = [];
  readonly #open = new Set<http.ServerResponse>();
  readonly #server = http.createServer((request, response) => {
    this.#receive(request, response);
  });

  static async start(): Promise<StagedServer> {
    const server = new StagedServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Completes every answer that is held. */
  finish(): void {
    for (const response of this.#open) {
      const { url } = response.req;
      if (!response.headersSent) response.writeHead(200, { 'content-type': JSON_TYPE });
      response.end(url === '/o/token/' ? TOKEN : url === '/body/' ? '1}' : '{"a":1}');
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    const path = request.url ?? '';
    this.arrived.push(path);
    this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      if (!response.writableFinished) this.abandoned += 1;
    });
    if (path !== '/headers/') request.resume();
    if (path !== '/o/token/') STAGES.get(path)?.(response);
    else if (!this.tokenIsHeld) response.writeHead(200, { 'content-type': JSON_TYPE }).end(TOKEN);
  }
}
