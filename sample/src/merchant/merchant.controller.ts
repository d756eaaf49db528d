import { Controller, Get } from '@nestjs/common';
import { CryptofuseService, type Merchant } from 'nestjs-cryptofuse';

@Controller('merchant')
export class MerchantController {
  constructor(private readonly cryptofuse: CryptofuseService) {}

  @Get()
  merchant(): Promise<Merchant> {
    return this.cryptofuse.me();
  }
}
