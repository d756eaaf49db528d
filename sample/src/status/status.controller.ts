import { Controller, Get } from '@nestjs/common';
import { CryptofuseConfig, CryptofuseTokenService, type TokenStatus } from 'nestjs-cryptofuse';
import { Upstream, type UpstreamKind } from '../upstream/upstream.js';

/** Which API is called, and the state of the token; none of it is secret. */
interface Status {
  readonly upstream: UpstreamKind;
  readonly baseUrl: string;
  readonly token: TokenStatus;
}

@Controller('status')
export class StatusController {
  constructor(
    private readonly upstream: Upstream,
    private readonly config: CryptofuseConfig,
    private readonly tokens: CryptofuseTokenService,
  ) {}

  /** Makes no network call, so it works even if the API does not. */
  @Get()
  status(): Status {
    return {
      upstream: this.upstream.kind,
      baseUrl: this.config.baseUrl,
      token: this.tokens.status(),
    };
  }
}
