import type { Clock } from '../../clock/clock.js';
import type { PaymentFields } from './payments.js';

/** A payment of the merchant. */
export interface SandboxPayment {
  readonly id: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly reference: string | null;
  /** ISO 8601, by the sandbox's clock. */
  readonly created_on: string;
}

/** The payments of the merchant, oldest first. */
export class PaymentLedger {
  private readonly payments = new Map<string, SandboxPayment>();
  private created = 0;

  constructor(private readonly clock: Clock) {}

  all(): SandboxPayment[] {
    return [...this.payments.values()];
  }

  find(id: string): SandboxPayment | undefined {
    return this.payments.get(id);
  }

  create(fields: PaymentFields): SandboxPayment {
    this.created += 1;
    const { amount, currency, reference } = fields;
    const id = `pay_${this.created}`;
    const created_on = new Date(this.clock.now()).toISOString();
    const payment = { id, amount, currency, status: 'pending', reference, created_on };
    this.payments.set(id, payment);
    return payment;
  }

  change(payment: SandboxPayment, fields: Partial<PaymentFields>): SandboxPayment {
    const changed = { ...payment, ...fields };
    this.payments.set(payment.id, changed);
    return changed;
  }

  delete(id: string): void {
    this.payments.delete(id);
  }

  reset(): void {
    this.payments.clear();
    this.created = 0;
  }
}
