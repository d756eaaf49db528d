import { Inject, Injectable, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  getCryptofuseToken,
  InjectCryptofuse,
  type Merchant,
} from 'nestjs-cryptofuse';
import { CryptofuseSandbox } from 'nestjs-cryptofuse/testing';
import { firstValueFrom } from 'rxjs';

/** Injects what the package provides for two clients. */
@Injectable()
class Merchants {
  constructor(
    @InjectCryptofuse('eu') private readonly eu: CryptofuseService,
    @InjectCryptofuse('us') private readonly us: CryptofuseService,
    @Inject(getCryptofuseToken('eu', CryptofuseTokenService))
    private readonly euTokens: CryptofuseTokenService,
    @InjectCryptofuse('us', CryptofuseHttpService)
    private readonly usHttp: CryptofuseHttpService,
  ) {}

  async read() {
    const [eu, us] = [await this.eu.me(), await this.us.me()];
    const response = await firstValueFrom(this.usHttp.get<Merchant>('/user/me/'));
    const error: unknown = await this.eu.get('/nowhere/').catch((reason: unknown) => reason);
    return {
      names: [eu.name, us.name, response.data.name],
      state: this.euTokens.status().state,
      error: error instanceof CryptofuseException && [error.name, error.code],
      isMinified: CryptofuseService.name !== 'CryptofuseService',
    };
  }
}

class MerchantsModule {}

async function readMerchants() {
  Logger.overrideLogger(['error', 'fatal']);
  const eu = await CryptofuseSandbox.start({ merchant: { name: 'Europe' } });
  const us = await CryptofuseSandbox.start({ merchant: { name: 'America' } });
  const imports = [
    CryptofuseModule.forRoot({ ...eu.moduleOptions, name: 'eu' }),
    CryptofuseModule.forRoot({ ...us.moduleOptions, name: 'us' }),
  ];
  const root = { module: MerchantsModule, imports, providers: [Merchants] };
  const application = await NestFactory.createApplicationContext(root);
  try {
    return await application.get(Merchants).read();
  } finally {
    await application.close();
    await Promise.all([eu.stop(), us.stop()]);
  }
}

void readMerchants().then((seen) => {
  console.log(JSON.stringify(seen));
});
