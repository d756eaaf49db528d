import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { CryptofuseOptions } from './cryptofuse-options.js';
import { Upstream } from './upstream.js';

@Module({
  providers: [
    {
      provide: Upstream,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => Upstream.open(config),
    },
    CryptofuseOptions,
  ],
  exports: [Upstream, CryptofuseOptions],
})
export class UpstreamModule {}
