import { Module, ValidationPipe } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CryptofuseExceptionFilter, CryptofuseModule } from 'nestjs-cryptofuse';
import { MerchantModule } from './merchant/merchant.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { SameOriginGuard } from './same-origin.guard.js';
import { StatusModule } from './status/status.module.js';
import { CryptofuseOptions } from './upstream/cryptofuse-options.js';
import { UpstreamModule } from './upstream/upstream.module.js';

/** A shop's back office: its payments at Cryptofuse, and a form that creates one. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    CryptofuseModule.forRootAsync({
      isGlobal: true,
      imports: [UpstreamModule],
      useExisting: CryptofuseOptions,
    }),
    StatusModule,
    MerchantModule,
    PaymentsModule,
  ],
  providers: [
    { provide: APP_GUARD, useClass: SameOriginGuard },
    {
      provide: APP_PIPE,
      useValue: new ValidationPipe({
        transform: true,
        whitelist: true,
        forbidNonWhitelisted: true,
        stopAtFirstError: true,
      }),
    },
    { provide: APP_FILTER, useClass: CryptofuseExceptionFilter },
  ],
})
export class AppModule {}
