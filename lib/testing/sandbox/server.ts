import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Call, readCall, type Target, targetOf } from './call.js';
import { Exchange } from './exchange.js';
import { collectBody } from './request-body.js';
import type { RequestNote } from './request-log.js';
import { type Answer, htmlPage } from './response.js';
import { type Route, Router, routesOf } from './routes.js';
import type { SandboxSettings } from './settings.js';
import type { SandboxState } from './state.js';

/** The sandbox on the wire: a server on a free port of 127.0.0.1. */
export class SandboxServer {
  private readonly router: Router;
  private readonly server = createServer((request, response) => {
    this.serve(request, response).catch(() => {
      this.giveUp(response);
    });
  });

  constructor(
    private readonly settings: SandboxSettings,
    private readonly state: SandboxState,
  ) {
    this.router = new Router(routesOf(settings, state), settings.prefix);
    // A connection that idles while a test moves time, or a body that comes slowly, is nothing to close.
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
  }

  /** The port it listens on. */
  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Closes every connection, whatever hangs on it. Harmless when repeated. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = readCall(request, this.settings.prefix);
    const target = targetOf(call.path);
    this.state.tally.arrived(target);
    const note = this.state.log.open(call);
    const effect = this.state.faults.take(call, target);
    const decide = await this.receive(call, note);
    const exchange = new Exchange({
      response,
      note,
      clock: this.settings.clock,
      latency: this.latencyOf(target),
      withBody: call.method !== 'HEAD',
      act: async () => {
        const answer = await decide();
        this.state.tally.decided(target, answer);
        return answer;
      },
    });
    await exchange.run(effect);
  }

  /** Takes the body in, unless it is to be streamed; what it returns answers the request. */
  private async receive(call: Call, note: RequestNote): Promise<() => Answer | Promise<Answer>> {
    const route: Route = this.router.find(call.path);
    if (route.streamed === true) {
      return () => route.answer(call);
    }
    const body = await collectBody(call.stream);
    if (body === undefined) {
      return () => htmlPage(413);
    }
    note.body(body);
    return () => route.answer({ ...call, body });
  }

  private latencyOf(target: Target): number {
    const { tokenLatency, apiLatency } = this.settings;
    return { token: tokenLatency, api: apiLatency, revoke: 0, other: 0 }[target];
  }

  /** The client went away, or there is a mistake in the sandbox. */
  private giveUp(response: ServerResponse): void {
    if (!response.headersSent && !response.destroyed) {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('The sandbox failed to answer.');
    }
  }
}
