import type { SandboxClient } from './sandbox/clients.js';
import type { SandboxCounters } from './sandbox/counters.js';
import type { SandboxFault } from './sandbox/faults.js';
import type { SandboxPayment } from './sandbox/payments.js';
import type { SandboxRequest } from './sandbox/request-log.js';
import { SandboxServer } from './sandbox/server.js';
import {
  type CryptofuseSandboxOptions,
  resolveSettings,
  type SandboxSettings,
} from './sandbox/settings.js';
import { SandboxState } from './sandbox/state.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * The Cryptofuse API on loopback, inside the process: what an application is tested against instead of the real one.
 * It behaves as documented, keeps its state in memory, and fails when a test wants it to.
 *
 * ```ts
 * const sandbox = await CryptofuseSandbox.start();
 * CryptofuseModule.forRoot(sandbox.moduleOptions);
 * sandbox.fail({ on: 'api', status: 503 });
 * await sandbox.stop();
 * ```
 */
export class CryptofuseSandbox {
  /** The base URL, the prefix included, without a slash at its end. */
  readonly url: string;
  readonly clientId: string;
  /** What the sandbox tells time by: expiry, limits, latencies and the `Date` header follow it. */
  readonly clock: VirtualClock;
  readonly #state: SandboxState;
  readonly #server: SandboxServer;
  #clientSecret: string;

  private constructor(
    settings: SandboxSettings,
    state: SandboxState,
    server: SandboxServer,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}${settings.prefix}`;
    this.clientId = settings.clientId;
    this.clock = settings.clock;
    this.#state = state;
    this.#server = server;
    this.#clientSecret = settings.clientSecret;
  }

  /**
   * Starts a sandbox on a free port of 127.0.0.1; call {@link stop} when it is no longer needed.
   *
   * ```ts
   * const sandbox = await CryptofuseSandbox.start({ tokenLifetime: 60, apiLimit: false });
   * ```
   */
  static async start(options: CryptofuseSandboxOptions = {}): Promise<CryptofuseSandbox> {
    const settings = resolveSettings(options);
    const state = new SandboxState(settings);
    const server = new SandboxServer(settings, state);
    return new CryptofuseSandbox(settings, state, server, await server.listen());
  }

  /** The current secret of {@link clientId}. */
  get clientSecret(): string {
    return this.#clientSecret;
  }

  /** Options for `CryptofuseModule.forRoot` that make it work with this sandbox. */
  get moduleOptions(): { clientId: string; clientSecret: string; baseUrl: string } {
    return { clientId: this.clientId, clientSecret: this.clientSecret, baseUrl: this.url };
  }

  /** What happened so far: a snapshot. */
  get counters(): SandboxCounters {
    return this.#state.counters.snapshot();
  }

  /** The last 10 000 requests so far, oldest first, secrets and tokens redacted: a snapshot. */
  get requests(): readonly SandboxRequest[] {
    return this.#state.log.all();
  }

  /** The payments of the merchant, oldest first: a snapshot. */
  get payments(): readonly SandboxPayment[] {
    return this.#state.ledger.all();
  }

  /**
   * Lets something go wrong. A fault meets one request, unless `times` says otherwise; faults are met in the order in
   * which they were added, at most one a request.
   *
   * ```ts
   * sandbox.fail({ on: 'token', status: 503 });
   * sandbox.fail({ on: { method: 'POST', path: '/payments/' }, reset: 'after', times: 2 });
   * ```
   *
   * @throws {TypeError} if the fault does not say what is to happen
   */
  fail(fault: SandboxFault): void {
    this.#state.faults.add(fault);
  }

  /** Removes the faults that no request has met yet. */
  clearFaults(): void {
    this.#state.faults.clear();
  }

  /**
   * Adds another client, or replaces the one of the same id.
   *
   * ```ts
   * sandbox.addClient({ clientId: 'reader', clientSecret: 'secret', scopes: ['read'] });
   * ```
   */
  addClient(client: SandboxClient): void {
    this.#state.clients.add(client);
  }

  /**
   * Gives {@link clientId} another secret. With `keepPrevious` the current one is still accepted beside it. Tokens
   * stay valid.
   */
  rotateSecret(newSecret: string, { keepPrevious = false } = {}): void {
    this.#state.clients.rotate(this.clientId, newSecret, keepPrevious);
    this.#clientSecret = newSecret;
  }

  /** Revokes every token issued so far. */
  revokeAll(): void {
    this.#state.tokens.revokeAll();
  }

  /** Lets every token issued so far expire now. */
  expireAll(): void {
    this.#state.tokens.expireAll();
  }

  /** Forgets payments, counters, log, faults, tokens and limits. The clients, their secrets and the clock stay. */
  reset(): void {
    this.#state.reset();
  }

  /** Closes the server and every connection, requests in flight included. May be repeated. */
  async stop(): Promise<void> {
    await this.#server.close();
  }
}
