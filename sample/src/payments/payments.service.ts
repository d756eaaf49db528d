import { Injectable } from '@nestjs/common';
import { CryptofuseService } from 'nestjs-cryptofuse';
import type { CreatePaymentDto } from './create-payment.dto.js';
import type { Payment } from './payment.js';

/** The API answers a bare list, or a page of one. */
type PaymentList = readonly Payment[] | { readonly results: readonly Payment[] };

@Injectable()
export class PaymentsService {
  constructor(private readonly cryptofuse: CryptofuseService) {}

  /** Returns the payments, newest first. */
  async list(): Promise<Payment[]> {
    const list = await this.cryptofuse.get<PaymentList>('/payments/');
    return newestFirst('results' in list ? list.results : list);
  }

  /** Returns the payment that was created of `draft`. */
  create(draft: CreatePaymentDto): Promise<Payment> {
    return this.cryptofuse.post<Payment>('/payments/', draft);
  }
}

/** Payments of one moment stay in the API's order, which puts the newest last. */
function newestFirst(payments: readonly Payment[]): Payment[] {
  return payments
    .toReversed()
    .sort((one, other) => Date.parse(other.created_on) - Date.parse(one.created_on));
}
