import { Inject, Injectable } from '@nestjs/common';
import {
  CryptofuseHttpService,
  CryptofuseService,
  CryptofuseTokenService,
  getCryptofuseToken,
  InjectCryptofuse,
  type Merchant,
} from 'nestjs-cryptofuse';
import { firstValueFrom } from 'rxjs';

/** Injects what the package provides to an application. */
@Injectable()
export class MerchantReader {
  constructor(
    private readonly api: CryptofuseService,
    private readonly tokens: CryptofuseTokenService,
    private readonly http: CryptofuseHttpService,
    @InjectCryptofuse('second') private readonly second: CryptofuseService,
    @Inject(getCryptofuseToken('second', CryptofuseTokenService))
    private readonly secondTokens: CryptofuseTokenService,
  ) {}

  async read() {
    const [me, second] = [await this.api.me(), await this.second.me()];
    const response = await firstValueFrom(this.http.get<Merchant>('/user/me/'));
    return {
      me: me.name,
      second: second.name,
      http: [response.status, response.data.name],
      tokens: [this.tokens.status().state, this.secondTokens.status().state],
      distinct: (await this.tokens.getToken()) !== (await this.secondTokens.getToken()),
    };
  }
}
