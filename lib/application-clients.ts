import {
  type BeforeApplicationShutdown,
  Global,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { variablePrefix } from './config/environment.js';
import { optionsRefused } from './exceptions/cryptofuse-config.exception.js';
import type { CryptofuseConfig } from './config/cryptofuse-config.js';

/** The hooks of a client for the shutdown of its application. */
export interface EndingClient {
  /** Called when the application starts to shut down: calls should no longer wait for long. */
  prepareEnd(): void;
  /** Waits for calls in flight; new ones may still start. */
  settle(): Promise<void>;
  /** Ends the client and resolves once it has ended; may be called twice. */
  end(): Promise<void>;
}

type NamedClient = Pick<CryptofuseConfig, 'name' | 'clientId'>;

const SAME_NAME =
  'is also the name of a client with another clientId, and what is injected by it would be either; give one of them another name';

function sameVariables(other: string | undefined, prefix: string): string {
  return `reads the same variables as the client ${JSON.stringify(other)}, ${prefix}_CLIENT_ID among them; give one of them another name`;
}

/** Names in one line of a log, at most. */
const MOST_NAMES = 10;

/** Returns the enumerable members of `Object.prototype`; there should be none. */
function inheritedNames(): readonly string[] {
  const names: string[] = [];
  for (const name in {}) names.push(name);
  return names;
}

/** All clients of one application: they shut down at the same time. */
@Injectable()
export class ApplicationClients
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #clients = new Set<EndingClient>();
  /** By the prefix of their environment variables. */
  readonly #named = new Map<string, NamedClient>();
  #settled: Promise<unknown> | undefined;

  /** @throws {CryptofuseConfigException} if another client has its name or reads the same environment variables */
  add(client: EndingClient, config: NamedClient): void {
    this.#clients.add(client);
    const { name, clientId } = config;
    if (name === undefined) return;
    const prefix = variablePrefix(name);
    const other = this.#named.get(prefix) ?? config;
    this.#named.set(prefix, other);
    if (other.name === name && other.clientId === clientId) return;
    const problem = other.name === name ? SAME_NAME : sameVariables(other.name, prefix);
    throw optionsRefused([{ property: 'name', message: problem }], config);
  }

  onModuleInit(): void {
    const names = inheritedNames();
    if (names.length === 0) return;
    const listed = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name).slice(0, 60));
    new Logger('Cryptofuse').warn(
      `Object.prototype has members that every object inherits (${listed.join(', ')}): a dependency or an input may have polluted it`,
    );
  }

  beforeApplicationShutdown(): void {
    for (const client of this.#clients) client.prepareEnd();
  }

  /** Waits for the calls in flight of all clients. */
  async settle(): Promise<void> {
    this.#settled ??= Promise.all(Array.from(this.#clients, (client) => client.settle()));
    await this.#settled;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Array.from(this.#clients, (client) => client.end()));
  }
}

/** Global, since Nest shuts global modules down last, so that other modules can use their client in their last hook. */
@Global()
@Module({ providers: [ApplicationClients], exports: [ApplicationClients] })
export class ApplicationClientsModule {}
