import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the front treats requests to the token endpoint. */
export type TokenTreatment = 'forward' | 'http-503' | 'reset';

/**
 * A proxy before any server that speaks the API: what makes its token endpoint slow or takes it away,
 * and counts what is sent to it.
 */
export class Front {
  treatment: TokenTreatment = 'forward';
  /** Milliseconds that a token request is held back. */
  tokenLatency = 0;
  tokenRequests = 0;
  /** A new connection for each request: a kept one may be closed by the server in this very moment. */
  readonly #agent = new http.Agent({ keepAlive: false });
  readonly #server: http.Server;

  private constructor(private readonly target: URL) {
    this.#server = http.createServer((request, response) => {
      this.#receive(request, response);
    });
  }

  /** Starts a front before the server at `url`. */
  static async start(url: string): Promise<Front> {
    const front = new Front(new URL(url));
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  /** The base URL, with the path of the server behind it. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.target.pathname.replace(/\/$/, '')}`;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.url?.includes('/o/token/') !== true) {
      this.#forward(request, response);
      return;
    }
    this.tokenRequests += 1;
    if (this.treatment === 'reset') request.socket.destroy();
    else if (this.treatment === 'http-503') response.writeHead(503).end();
    else
      setTimeout(() => {
        this.#forward(request, response);
      }, this.tokenLatency);
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { method, headers, url: path } = request;
    const { hostname, port } = this.target;
    const options = { agent: this.#agent, hostname, port, method, headers, path };
    const onward = http.request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }
}
