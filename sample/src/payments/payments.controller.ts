import { Body, Controller, Get, Post } from '@nestjs/common';
import { CreatePaymentDto } from './create-payment.dto.js';
import type { Payment } from './payment.js';
import { PaymentsService } from './payments.service.js';

@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Get()
  list(): Promise<Payment[]> {
    return this.payments.list();
  }

  @Post()
  create(@Body() draft: CreatePaymentDto): Promise<Payment> {
    return this.payments.create(draft);
  }
}
