import {
  type BeforeApplicationShutdown,
  Global,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { optionsRefused, variablePrefix } from './config/configure.js';
import type { CryptofuseConfig } from './config/cryptofuse-config.js';

/** A client, as far as the end of its application is concerned. */
export interface EndingClient {
  /** The application begins to end: no call is to pause for long. */
  prepareEnd(): void;
  /** Waits for what is in flight; calls may still begin. */
  settle(): Promise<void>;
  /** Resolves once the client has ended; harmless a second time. */
  end(): Promise<void>;
}

/** As many as one line of a log can name. */
const MOST_NAMES = 10;

/** Returns the names that a loop over any object meets, whatever the object is. */
function inheritedNames(): readonly string[] {
  const names: string[] = [];
  for (const name in {}) names.push(name);
  return names;
}

/** All clients of one application, which end together and not one after the other. */
@Injectable()
export class ApplicationClients
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #clients = new Set<EndingClient>();
  /** By what their variables in the environment begin with. */
  readonly #names = new Map<string, string>();
  #settled: Promise<unknown> | undefined;

  /** @throws {CryptofuseConfigException} where a client of another name reads the same variables of the environment */
  add(client: EndingClient, { name, clientId }: Pick<CryptofuseConfig, 'name' | 'clientId'>): void {
    this.#clients.add(client);
    if (name === undefined) return;
    const prefix = variablePrefix(name);
    const other = this.#names.get(prefix) ?? name;
    this.#names.set(prefix, other);
    if (other === name) return;
    const message = `reads the same variables as the client ${JSON.stringify(other)}, ${prefix}_CLIENT_ID among them; give one of them another name`;
    throw optionsRefused([{ property: 'name', message }], { name, clientId });
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

  /** Waits for what is in flight on any of them. */
  async settle(): Promise<void> {
    this.#settled ??= Promise.all(Array.from(this.#clients, (client) => client.settle()));
    await this.#settled;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Array.from(this.#clients, (client) => client.end()));
  }
}

/** Global, since Nest ends these behind all others: any other module may still use its client in its own last hook. */
@Global()
@Module({ providers: [ApplicationClients], exports: [ApplicationClients] })
export class ApplicationClientsModule {}
