import type { SandboxClient } from './sandbox/client-registry.js';
import type { SandboxPayment } from './sandbox/payment-ledger.js';
import type { SandboxRequest } from './sandbox/request-log.js';
import type { SandboxFault } from './sandbox/sandbox-fault.js';
import type { CryptofuseSandboxOptions } from './sandbox/sandbox-options.js';
import { SandboxServer } from './sandbox/sandbox-server.js';
import { type SandboxSettings, settle } from './sandbox/sandbox-settings.js';
import { SandboxState } from './sandbox/sandbox-state.js';
import type { SandboxCounters } from './sandbox/tally.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * The Cryptofuse API on loopback, inside the process: what an application is tested against in the place of the real
 * one. It answers as FACTS 1 and 2 have it, keeps its state in memory, and goes wrong where a test wants it to.
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
  private secret: string;

  private constructor(
    settings: SandboxSettings,
    private readonly state: SandboxState,
    private readonly server: SandboxServer,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}${settings.prefix}`;
    this.clientId = settings.clientId;
    this.clock = settings.clock;
    this.secret = settings.clientSecret;
  }

  /** Starts a sandbox on a free port of 127.0.0.1. Whoever starts one stops it. */
  static async start(options: CryptofuseSandboxOptions = {}): Promise<CryptofuseSandbox> {
    const settings = settle(options);
    const state = new SandboxState(settings);
    const server = new SandboxServer(settings, state);
    return new CryptofuseSandbox(settings, state, server, await server.listen());
  }

  /** The current one. */
  get clientSecret(): string {
    return this.secret;
  }

  /** What `CryptofuseModule.forRoot` needs to work with this sandbox. */
  get moduleOptions(): { clientId: string; clientSecret: string; baseUrl: string } {
    return { clientId: this.clientId, clientSecret: this.clientSecret, baseUrl: this.url };
  }

  /** What happened so far; the numbers do not change any more. */
  get counters(): SandboxCounters {
    return this.state.tally.snapshot();
  }

  /** The last 10 000 requests so far, oldest first, secrets and tokens redacted. */
  get requests(): readonly SandboxRequest[] {
    return this.state.log.all();
  }

  /** The payments of the merchant, oldest first. */
  get payments(): readonly SandboxPayment[] {
    return this.state.ledger.all();
  }

  /**
   * Lets something go wrong: `{ on: 'token', status: 503 }`, `{ on: { method: 'POST' }, reset: 'after' }`. Faults
   * are met in the order they were stated, one a request.
   *
   * @throws {TypeError} where the fault does not say what is to happen
   */
  fail(fault: SandboxFault): void {
    this.state.faults.add(fault);
  }

  /** Takes back the faults that no request has met yet. */
  clearFaults(): void {
    this.state.faults.clear();
  }

  /** Lets another client in: one that may only read, or one that may not use client credentials. */
  addClient(client: SandboxClient): void {
    this.state.clients.add(client);
  }

  /** Gives the client another secret. With `keepPrevious` the current one stays good beside it. Tokens live on. */
  rotateSecret(newSecret: string, { keepPrevious = false } = {}): void {
    this.state.clients.rotate(this.clientId, newSecret, keepPrevious);
    this.secret = newSecret;
  }

  /** Revokes every token given out so far. */
  revokeAll(): void {
    this.state.tokens.revokeAll();
  }

  /** Lets every token given out so far expire now. */
  expireAll(): void {
    this.state.tokens.expireAll();
  }

  /** Forgets payments, counters, log, faults, tokens and limits. The clients, their secrets and the clock stay. */
  reset(): void {
    this.state.reset();
  }

  /** Closes the server and every connection, whatever hangs on it. Harmless when repeated. */
  async stop(): Promise<void> {
    await this.server.close();
  }
}
