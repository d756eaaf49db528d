import type { LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseAuditSink,
  CryptofuseHttpService,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseAuditEvent,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseSandbox, CryptofuseTestingModule } from '../../lib/testing/index.js';
import { basicCredentials } from '../../lib/token/token-endpoint.js';
import { SecretRawServer } from './secret-raw-server.js';
import { WRITINGS } from './secret-search.js';

/** The ways in which an application calls. */
export type Face = 'CryptofuseService' | 'CryptofuseHttpService';

/** What a secret and a token are made of. */
export interface SecretShape {
  readonly name: string;
  readonly secret: string;
  readonly token: string;
}

/** What a call may state here. */
export interface BenchCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: unknown;
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

const CLIENT_ID = 'my-client';

/** Servers that know the secrets. */
export class SecretServers {
  readonly basic: string;

  private constructor(
    readonly shape: SecretShape,
    readonly sandbox: CryptofuseSandbox,
    readonly raw: SecretRawServer,
  ) {
    this.basic = basicCredentials(CLIENT_ID, shape.secret).slice('Basic '.length);
  }

  static async start(shape: SecretShape): Promise<SecretServers> {
    const sandbox = await CryptofuseSandbox.start({
      clientId: CLIENT_ID,
      clientSecret: shape.secret,
      tokenResponse: { access_token: shape.token },
      tokenLimit: false,
      apiLimit: false,
    });
    return new SecretServers(shape, sandbox, await SecretRawServer.start(shape.token));
  }

  /** What no one is to see. */
  get secrets(): readonly string[] {
    return [this.shape.secret, this.shape.token, this.basic];
  }

  /** Every secret in every writing. */
  get echoes(): readonly string[] {
    return WRITINGS.flatMap(([, write]) => this.secrets.map(write));
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    await this.raw.stop();
  }
}

/** One client before the servers, with everything that it logs. */
export class SecretBench {
  readonly events: CryptofuseAuditEvent[] = [];
  /** What was given to the logger, as it was given. */
  readonly lines: unknown[][] = [];
  #module: TestingModule | undefined;

  constructor(
    readonly servers: SecretServers,
    readonly face: Face,
  ) {}

  get module(): TestingModule {
    if (this.#module === undefined) throw new Error('It has not started.');
    return this.#module;
  }

  get tokens(): CryptofuseTokenService {
    return this.module.get(CryptofuseTokenService);
  }

  /** What the injector holds. */
  get container(): unknown {
    const { container } = this.module as unknown as { container: { getModules(): unknown } };
    return container.getModules();
  }

  async start(options: CryptofuseModuleOptions): Promise<void> {
    const { sandbox } = this.servers;
    const client = CryptofuseTestingModule.forSandbox(sandbox, { retry: false, ...options });
    const write = (event: CryptofuseAuditEvent): void => void this.events.push(event);
    const sink = { provide: CryptofuseAuditSink, useValue: { write } };
    this.#module = await Test.createTestingModule({
      imports: [{ ...client, providers: [...(client.providers ?? []), sink] }],
    })
      .setLogger(this.#logger())
      .compile();
    await this.#module.init();
  }

  /** Calls through the face. */
  readonly call = (method: string, path: string, stated: BenchCall = {}): Promise<unknown> => {
    const { body, headers, query, signal, timeout } = stated;
    if (this.face === 'CryptofuseService') {
      const options = { body, headers, query, signal, timeout } as object;
      return this.module.get(CryptofuseService).request(method, path, options);
    }
    const config = { method, url: path, data: body, headers, params: query, signal, timeout };
    return firstValueFrom(this.module.get(CryptofuseHttpService).request(config as object));
  };

  async stop(): Promise<void> {
    await this.#module?.close();
    this.servers.sandbox.reset();
  }

  #logger(): LoggerService {
    const keep = (...args: unknown[]): void => void this.lines.push(args);
    return { log: keep, error: keep, warn: keep, debug: keep, verbose: keep, fatal: keep };
  }
}
