import { randomBytes } from 'node:crypto';

import {
  CryptofuseSandbox,
  type CryptofuseSandboxOptions,
  type SandboxClient,
} from '../../lib/testing/index.js';
import type {
  ClientCredentials,
  ClientStatement,
  ContractTarget,
  TargetLimits,
  TrafficCounters,
} from './contract-target.js';

/** A limit that no test reaches; with none at all the sandbox would not send its headers. */
const OUT_OF_REACH = 1_000_000;

const UNLIMITED = { tokenLimit: OUT_OF_REACH, apiLimit: OUT_OF_REACH };

/**
 * The package's sandbox as a contract target. Lifetime and limits are options of its start, so changing one starts
 * another sandbox with the same clients: `url` changes, and tokens issued before are gone.
 */
export class SandboxTarget implements ContractTarget {
  private readonly added: SandboxClient[] = [];
  private changed = false;

  private constructor(
    private sandbox: CryptofuseSandbox,
    private readonly options: CryptofuseSandboxOptions,
  ) {}

  static async start(prefix = ''): Promise<SandboxTarget> {
    const options = { prefix, ...UNLIMITED };
    return new SandboxTarget(await CryptofuseSandbox.start(options), options);
  }

  get url(): string {
    return this.sandbox.url;
  }

  get clientId(): string {
    return this.sandbox.clientId;
  }

  get clientSecret(): string {
    return this.sandbox.clientSecret;
  }

  addClient(statement: ClientStatement): Promise<ClientCredentials> {
    const { clientId = randomText(), clientSecret = randomText(), grant, scopes } = statement;
    const grantTypes = grant === 'authorization-code' ? ['authorization_code'] : undefined;
    const client = { clientId, clientSecret, scopes, grantTypes };
    this.added.push(client);
    this.sandbox.addClient(client);
    return Promise.resolve({ clientId, clientSecret });
  }

  rotateSecret(): Promise<string> {
    this.sandbox.rotateSecret(randomText());
    return Promise.resolve(this.clientSecret);
  }

  revokeAll(): Promise<void> {
    this.sandbox.revokeAll();
    return Promise.resolve();
  }

  expireAll(): Promise<void> {
    this.sandbox.expireAll();
    return Promise.resolve();
  }

  async setTokenLifetime(seconds: number): Promise<void> {
    await this.restartWith({ tokenLifetime: seconds });
    this.changed = true;
  }

  async setLimits(limits: TargetLimits): Promise<void> {
    const { tokenRequestsPerMinute = OUT_OF_REACH, apiRequestsPerHour = OUT_OF_REACH } = limits;
    await this.restartWith({ tokenLimit: tokenRequestsPerMinute, apiLimit: apiRequestsPerHour });
    this.changed = true;
  }

  counters(): Promise<TrafficCounters> {
    const { tokenRequests, tokensIssued, revocations } = this.sandbox.counters;
    const payments = this.sandbox.payments.length;
    return Promise.resolve({ tokenRequests, tokensIssued, revocations, payments });
  }

  async reset(): Promise<void> {
    this.sandbox.reset();
    if (this.changed) {
      await this.restartWith({});
      this.changed = false;
    }
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
  }

  private async restartWith(change: CryptofuseSandboxOptions): Promise<void> {
    const { clientId, clientSecret } = this;
    await this.sandbox.stop();
    this.sandbox = await CryptofuseSandbox.start({
      ...this.options,
      clientId,
      clientSecret,
      ...change,
    });
    for (const client of this.added) {
      this.sandbox.addClient(client);
    }
  }
}

function randomText(): string {
  return randomBytes(20).toString('hex');
}
