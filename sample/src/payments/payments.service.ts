import { Injectable } from '@nestjs/common';
import { CryptofuseService } from 'nestjs-cryptofuse';
import type { CreatePaymentDto } from './create-payment.dto.js';
import type { Payment } from './payment.js';

/** The API returns a bare list, or a page of one. */
type PaymentList = readonly Payment[] | { readonly results: readonly Payment[] };

@Injectable()
export class PaymentsService {
  constructor(private readonly cryptofuse: CryptofuseService) {}

  /** Returns the payments, newest first. */
  async list(): Promise<Payment[]> {
    const list = await this.cryptofuse.get<PaymentList>('/payments/');
    return newestFirst('results' in list ? list.results : list);
  }

  /** Returns the payment that was created from `draft`. */
  create(draft: CreatePaymentDto): Promise<Payment> {
    return this.cryptofuse.post<Payment>('/payments/', draft);
  }
}

/** Payments with the same time are reversed too, since the API lists the newest last. */
function newestFirst(payments: readonly Payment[]): Payment[] {
  return payments
    .toReversed()
    .sort((one, other) => Date.parse(other.created_on) - Date.parse(one.created_on));
}
