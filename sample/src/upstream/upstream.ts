import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { CryptofuseModuleOptions } from 'nestjs-cryptofuse';
import { CryptofuseSandbox } from 'nestjs-cryptofuse/testing';

/** Which API the application calls. */
export type UpstreamKind = 'sandbox' | 'api';

const CREDENTIALS = ['CRYPTOFUSE_CLIENT_ID', 'CRYPTOFUSE_CLIENT_SECRET'];

/** The API behind this application: the real one or, without credentials, a sandbox in this process. */
@Injectable()
export class Upstream implements OnApplicationShutdown {
  constructor(private readonly sandbox?: CryptofuseSandbox) {}

  /** One credential selects the real API: the package then says which one is missing. */
  static async open(config: ConfigService): Promise<Upstream> {
    const hasCredentials = CREDENTIALS.some((name) => config.get<string>(name, '') !== '');
    if (hasCredentials) return new Upstream();
    return new Upstream(await CryptofuseSandbox.start({ merchant: { name: 'Sample Shop' } }));
  }

  get kind(): UpstreamKind {
    return this.sandbox === undefined ? 'api' : 'sandbox';
  }

  /** Empty for the real API: the package reads its credentials from the environment. */
  get moduleOptions(): CryptofuseModuleOptions {
    return this.sandbox?.moduleOptions ?? {};
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sandbox?.stop();
  }
}
