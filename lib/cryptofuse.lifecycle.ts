import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ApplicationClients, EndingClient } from './application-clients.js';
import type { Client } from './client.js';
import { nodeTimers } from './clock/clock.js';
import { clientDependsOnRequest } from './request-scope-guard.js';
import { unverifiedReason } from './transport/node-http.js';

/** How long the shutdown waits for the token's revocation, in ms. */
const REVOCATION_TIMEOUT = 2_000;

/**
 * Nest's lifecycle hooks for one client. It injects nothing of the client, which is attached once it is created: Nest
 * creates request-scoped providers with the first request, and never runs their hooks.
 */
export class CryptofuseLifecycle implements OnModuleInit, OnApplicationShutdown {
  #hasOptions = false;
  #life: ClientLife | undefined;

  constructor(
    private readonly name: string | undefined,
    private readonly clients: ApplicationClients,
  ) {}

  /** Records that the options were resolved, so that a missing client is not their fault. */
  markOptionsResolved(): void {
    this.#hasOptions = true;
  }

  attach(client: Client): void {
    this.#life = new ClientLife(client);
    this.clients.add(this.#life, client.config);
  }

  /**
   * Requests a token at startup if `token.eager` says so; only `'required'` fails the start without one.
   *
   * @throws {CryptofuseConfigException} if the client depends on a request: one tenant would be served with the token of another
   */
  async onModuleInit(): Promise<void> {
    if (this.#life === undefined) throw clientDependsOnRequest(this.name, this.#hasOptions);
    await this.#life.start();
  }

  /** Waits for calls in flight. Providers that the client needs, such as a vault or an audit sink, end after this one. */
  onApplicationShutdown(): Promise<void> {
    return this.clients.settle();
  }
}

/** Starts and ends one client with its application. */
class ClientLife implements EndingClient {
  /** When calls in flight are aborted, by the monotonic clock in milliseconds. */
  #drainUntil: number | undefined;
  #ended: Promise<void> | undefined;

  constructor(private readonly client: Client) {}

  async start(): Promise<void> {
    const { config, machinery, tokens } = this.client;
    machinery.log.logStart(config);
    this.#warnIfTlsUnverified();
    await machinery.application.make();
    const { eager } = config.token;
    if (eager === false) return;
    try {
      await tokens.getToken();
    } catch (error) {
      // The failure is logged already; the first call tries again.
      if (eager !== 'required') return;
      // Nest 11 calls no shutdown hooks of an application that has not started.
      this.#close();
      throw error;
    }
  }

  prepareEnd(): void {
    this.client.machinery.calls.limitPauses();
  }

  async settle(): Promise<void> {
    this.prepareEnd();
    await this.#drain();
    await this.#revoke();
  }

  end(): Promise<void> {
    return (this.#ended ??= this.#end());
  }

  async #end(): Promise<void> {
    this.prepareEnd();
    await this.#drain();
    this.client.machinery.calls.close();
    await this.#revoke();
    this.#close();
  }

  /** Waits for calls in flight, until `drainTimeout` is over. */
  async #drain(): Promise<void> {
    const { config, machinery } = this.client;
    const now = machinery.clock.monotonic();
    this.#drainUntil ??= now + config.drainTimeout;
    const left = this.#drainUntil - now;
    if (machinery.work.isIdle || left <= 0) return;
    let stop = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      stop = this.#schedule(resolve, left);
    });
    await Promise.race([machinery.work.untilIdle(), over]);
    stop();
  }

  /**
   * Calls `callback` in `delay` ms, by the real clock at the latest: a frozen one must not delay the shutdown. Returns a
   * function that cancels the call.
   */
  #schedule(callback: () => void, delay: number): () => void {
    const { clock, timers } = this.client.machinery;
    const timer = timers.schedule(callback, delay);
    const real = clock.isVirtual ? nodeTimers.setTimeout(callback, delay) : undefined;
    return () => {
      timer.cancel();
      nodeTimers.clearTimeout(real);
    };
  }

  /** Warns about NODE_TLS_REJECT_UNAUTHORIZED=0, with which any server can get the credentials. */
  #warnIfTlsUnverified(): void {
    const { config, machinery } = this.client;
    if (!config.baseUrl.startsWith('https:')) return;
    const reason = unverifiedReason(process.env);
    if (reason !== undefined) machinery.log.report({ kind: 'tls-unverified', reason }, config);
  }

  #close(): void {
    const { account, machinery } = this.client;
    account.tokens.close();
    machinery.close();
  }

  async #revoke(): Promise<void> {
    if (!this.client.config.token.revokeOnShutdown) return;
    const controller = new AbortController();
    const stop = this.#schedule(() => {
      controller.abort();
    }, REVOCATION_TIMEOUT);
    try {
      await this.client.tokens.revoke({ signal: controller.signal });
    } catch {
      // The failure is logged already; the token expires by itself.
    } finally {
      stop();
    }
  }
}
