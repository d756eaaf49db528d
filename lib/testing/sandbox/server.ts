import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Call, findTarget, readCall, type Target } from './call.js';
import { Exchange } from './exchange.js';
import { collectBody } from './request-body.js';
import type { RequestRecord } from './request-log.js';
import { htmlPage, type SandboxResponse } from './response.js';
import { createRoutes, type Route, Router } from './routes.js';
import type { SandboxSettings } from './settings.js';
import type { SandboxState } from './state.js';

/** The sandbox on the wire: a server on a free port of 127.0.0.1. @internal */
export class SandboxServer {
  readonly #router: Router;
  readonly #server = createServer((request, serverResponse) => {
    this.#serve(request, serverResponse).catch(() => {
      this.#giveUp(serverResponse);
    });
  });

  constructor(
    private readonly settings: SandboxSettings,
    private readonly state: SandboxState,
  ) {
    this.#router = new Router(createRoutes(settings, state), settings.prefix);
    // A connection that idles while a test moves time, or a slow body, is no reason to close.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  /** Returns the port it listens on. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Closes the server and every connection, requests in flight included. May be repeated. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, serverResponse: ServerResponse): Promise<void> {
    const call = readCall(request, this.settings.prefix);
    const target = findTarget(call.path);
    this.state.counters.countRequest(target);
    const record = this.state.log.add(call);
    const effect = this.state.faults.take(call, target);
    const respond = await this.#receive(call, record);
    const exchange = new Exchange({
      serverResponse,
      record,
      clock: this.state.clock,
      latency: this.#latency(target),
      withBody: call.method !== 'HEAD',
      process: async () => {
        const response = await respond();
        this.state.counters.countResponse(target, response);
        return response;
      },
    });
    await exchange.run(effect);
  }

  /** Reads the body, unless the route streams it; returns what responds to the request. */
  async #receive(
    call: Call,
    record: RequestRecord,
  ): Promise<() => SandboxResponse | Promise<SandboxResponse>> {
    const route: Route = this.#router.find(call.path);
    if (route.isStreamed === true) return () => route.respond(call);
    const body = await collectBody(call.stream);
    if (body === undefined) return () => htmlPage(413);
    record.setBody(body);
    return () => route.respond({ ...call, body });
  }

  #latency(target: Target): number {
    const { tokenLatency, apiLatency } = this.settings;
    return { token: tokenLatency, api: apiLatency, revoke: 0, other: 0 }[target];
  }

  /** Either the client went away, or the sandbox itself has a bug. */
  #giveUp(serverResponse: ServerResponse): void {
    if (!serverResponse.headersSent && !serverResponse.destroyed) {
      serverResponse.writeHead(500, { 'content-type': 'text/plain' });
      serverResponse.end('The sandbox failed to respond.');
    }
  }
}
