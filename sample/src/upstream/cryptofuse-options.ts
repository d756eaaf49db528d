import { Injectable } from '@nestjs/common';
import type { CryptofuseModuleOptions, CryptofuseOptionsFactory } from 'nestjs-cryptofuse';
import { Upstream } from './upstream.js';

/** The options of the application's Cryptofuse client. */
@Injectable()
export class CryptofuseOptions implements CryptofuseOptionsFactory {
  constructor(private readonly upstream: Upstream) {}

  createCryptofuseOptions(): CryptofuseModuleOptions {
    return {
      ...this.upstream.moduleOptions,
      timeout: 5_000,
      token: { revokeOnShutdown: true },
    };
  }
}
