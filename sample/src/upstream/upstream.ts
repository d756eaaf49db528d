import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { CryptofuseModuleOptions } from 'nestjs-cryptofuse';
import { CryptofuseSandbox } from 'nestjs-cryptofuse/testing';

/** Whose answers the application shows. */
export type UpstreamKind = 'sandbox' | 'api';

const CREDENTIALS = ['CRYPTOFUSE_CLIENT_ID', 'CRYPTOFUSE_CLIENT_SECRET'];

/** The API behind this application: the real one or, without credentials, a sandbox in this process. */
@Injectable()
export class Upstream implements OnApplicationShutdown {
  constructor(private readonly sandbox?: CryptofuseSandbox) {}

  /** One credential is enough for the real API: the package says which one is missing. */
  static async open(config: ConfigService): Promise<Upstream> {
    const hasCredentials = CREDENTIALS.some((name) => config.get<string>(name, '') !== '');
    if (hasCredentials) return new Upstream();
    return new Upstream(await CryptofuseSandbox.start({ merchant: { name: 'Sample Shop' } }));
  }

  get kind(): UpstreamKind {
    return this.sandbox === undefined ? 'api' : 'sandbox';
  }

  /** Empty for the real API, whose credentials the package takes from the environment. */
  get moduleOptions(): CryptofuseModuleOptions {
    return this.sandbox?.moduleOptions ?? {};
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sandbox?.stop();
  }
}
