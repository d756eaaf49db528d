import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ApplicationClients, type EndingClient } from './application-clients.js';
import { DeadlineTimers } from './clock/deadline-timers.js';
import { nodeTimers } from './clock/clock.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { EventLog } from './diagnostics/event-log.js';
import { unverifiedReason } from './transport/node-http.js';
import { CallsInFlight } from './pipeline/calls-in-flight.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
import { TokenKeeper } from './token/token-keeper.js';
import { OriginLease } from './transport/origins.js';
import { WorkInFlight } from './transport/work-in-flight.js';

/** How long the application's end waits for the token's revocation, in ms. */
const REVOCATION = 2_000;

/** What one client does when the application starts and when it ends. */
@Injectable()
export class CryptofuseLifecycle implements OnModuleInit, OnApplicationShutdown, EndingClient {
  /** When calls in flight are cut, by the monotonic clock. */
  #drainUntil: number | undefined;
  #ended: Promise<void> | undefined;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly tokens: CryptofuseTokenService,
    private readonly keeper: TokenKeeper,
    private readonly calls: CallsInFlight,
    private readonly work: WorkInFlight,
    private readonly lease: OriginLease,
    private readonly timers: DeadlineTimers,
    private readonly log: EventLog,
    private readonly clients: ApplicationClients,
  ) {
    clients.add(this, config);
  }

  /** With `token.eager` the application listens with a token in hand. */
  async onModuleInit(): Promise<void> {
    this.log.tellStart();
    this.#tellOfUnverified();
    const { eager } = this.config.token;
    if (eager === false) return;
    try {
      await this.tokens.getToken();
    } catch (error) {
      // The keeper has told the log why there is none yet; the first call tries again.
      if (eager !== 'required') return;
      // Nest 11 ends no application that has not started.
      this.#close();
      throw error;
    }
  }

  /** What the client itself needs, a vault or an audit sink, ends behind this. */
  onApplicationShutdown(): Promise<void> {
    return this.clients.settle();
  }

  prepareEnd(): void {
    this.calls.limitPauses();
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
    this.calls.close();
    await this.#revoke();
    this.#close();
  }

  /** Waits for what is in flight, as long as it may take. */
  async #drain(): Promise<void> {
    const now = this.timers.clock.monotonic();
    this.#drainUntil ??= now + this.config.drainTimeout;
    const left = this.#drainUntil - now;
    if (this.work.isIdle || left <= 0) return;
    let stop = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      stop = this.#schedule(resolve, left);
    });
    await Promise.race([this.work.untilIdle(), over]);
    stop();
  }

  /**
   * Calls `callback` in `delay` ms, by the real clock at the latest: one that a test has stopped must not hold up the end of
   * its application. Returns the way to take it back.
   */
  #schedule(callback: () => void, delay: number): () => void {
    const timer = this.timers.schedule(callback, delay);
    const { isVirtual } = this.timers.clock;
    const real = isVirtual ? nodeTimers.setTimeout(callback, delay) : undefined;
    return () => {
      timer.cancel();
      nodeTimers.clearTimeout(real);
    };
  }

  /** A secret that goes to whoever answers must not be a secret of the environment. */
  #tellOfUnverified(): void {
    if (!this.config.baseUrl.startsWith('https:')) return;
    const reason = unverifiedReason(process.env);
    if (reason !== undefined) this.log.report({ kind: 'tls-unverified', reason });
  }

  #close(): void {
    this.calls.close();
    this.keeper.close();
    this.lease.release();
  }

  async #revoke(): Promise<void> {
    if (!this.config.token.revokeOnShutdown) return;
    const controller = new AbortController();
    const stop = this.#schedule(() => {
      controller.abort();
    }, REVOCATION);
    try {
      await this.tokens.revoke({ signal: controller.signal });
    } catch {
      // The log has been told; the token dies by itself.
    } finally {
      stop();
    }
  }
}
