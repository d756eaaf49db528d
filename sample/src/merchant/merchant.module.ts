import { Module } from '@nestjs/common';
import { MerchantController } from './merchant.controller.js';

@Module({ controllers: [MerchantController] })
export class MerchantModule {}
