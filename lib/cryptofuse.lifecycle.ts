import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from './clock/clock.js';
import { CryptofuseConfig } from './config/cryptofuse-config.js';
import { EventLog } from './diagnostics/event-log.js';
import { unverifiedReason } from './diagnostics/tls-verification.js';
import { CallsInFlight } from './http/calls-in-flight.js';
import { CryptofuseTokenService } from './token/cryptofuse-token.service.js';
import { TokenKeeper } from './token/token-keeper.js';
import { OriginLease } from './transport/origin-lease.js';

/** How long the application's end waits for the token's revocation, in ms. */
const REVOCATION = 2_000;

/** What one client does when the application starts and when it ends. */
@Injectable()
export class CryptofuseLifecycle implements OnModuleInit, BeforeApplicationShutdown {
  #ended = false;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly tokens: CryptofuseTokenService,
    private readonly keeper: TokenKeeper,
    private readonly calls: CallsInFlight,
    private readonly lease: OriginLease,
    private readonly clock: Clock,
    private readonly log: EventLog,
  ) {}

  /** With `token.eager` the application listens with a token in hand. */
  async onModuleInit(): Promise<void> {
    this.#tellOfUnverified();
    const { eager } = this.config.token;
    if (eager === false) return;
    try {
      await this.tokens.getToken();
    } catch (error) {
      // The keeper has told the log why there is none yet; the first call tries again.
      if (eager !== 'required') return;
      // Nest ends no application that has not started.
      this.#end();
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.calls.close();
    if (this.config.token.revokeOnShutdown) await this.#revoke();
    this.#end();
  }

  /** A secret that goes to whoever answers must not be a secret of the environment. */
  #tellOfUnverified(): void {
    if (!this.config.baseUrl.startsWith('https:')) return;
    const reason = unverifiedReason(process.env);
    if (reason !== undefined) this.log.report({ kind: 'tls-unverified', reason });
  }

  #end(): void {
    this.keeper.close();
    this.lease.release();
  }

  async #revoke(): Promise<void> {
    const controller = new AbortController();
    const timer = this.clock.schedule(() => {
      controller.abort();
    }, REVOCATION);
    try {
      await this.tokens.revoke({ signal: controller.signal });
    } catch {
      // The log has been told; the token dies by itself.
    } finally {
      timer.cancel();
    }
  }
}
