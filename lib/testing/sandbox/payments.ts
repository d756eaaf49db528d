import type { Clock } from '../../clock/clock.js';
import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import { readSentData } from './request-body.js';
import { type Answer, apiError, jsonAnswer } from './response.js';

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

/** What a client states of a payment. */
export interface PaymentFields {
  readonly amount: string;
  readonly currency: string;
  readonly reference: string | null;
}

/** The fields, or the answer that says what is wrong with them. */
export type PaymentReading = { readonly fields: PaymentFields } | { readonly refusal: Answer };

type Complaints = Readonly<Record<string, readonly string[]>>;

type Reading<T> = { readonly value: T } | { readonly complaint: string };

/**
 * Reads the fields of a payment out of what was sent; `current` holds what counts for those that were not. A bad
 * amount or currency is answered before whatever else is wrong.
 */
export function readPayment(sent: unknown, current: Partial<PaymentFields> = {}): PaymentReading {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return invalid({ non_field_errors: ['Invalid data. Expected a dictionary.'] });
  }
  const stated = new Map<string, unknown>(Object.entries({ ...current, ...sent }));
  const amount = readText(stated.get('amount'));
  const currency = readText(stated.get('currency'));
  const reference = readReference(stated.get('reference'));
  const refusal = amountRefusal(amount) ?? currencyRefusal(currency);
  if (refusal !== undefined) {
    return { refusal };
  }
  if ('value' in amount && 'value' in currency && 'value' in reference) {
    const fields = { amount: amount.value, currency: currency.value, reference: reference.value };
    return { fields };
  }
  return invalid(complaintsOf({ amount, currency, reference }));
}

function amountRefusal(amount: Reading<string>): Answer | undefined {
  return 'complaint' in amount || isPositiveDecimal(amount.value)
    ? undefined
    : apiError(422, 'invalid_amount', 'The amount is not a positive decimal');
}

function currencyRefusal(currency: Reading<string>): Answer | undefined {
  const message = 'The currency is not a code of 3 to 5 capital letters';
  return 'complaint' in currency || /^[A-Z]{3,5}$/.test(currency.value)
    ? undefined
    : apiError(422, 'invalid_currency', message);
}

/** A number counts as its text, as in Django. */
function readText(value: unknown): Reading<string> {
  if (value === undefined) {
    return { complaint: 'This field is required.' };
  }
  if (value === null) {
    return { complaint: 'This field may not be null.' };
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    return { complaint: 'Not a valid string.' };
  }
  const text = String(value).trim();
  return text === '' ? { complaint: 'This field may not be blank.' } : { value: text };
}

function readReference(value: unknown): Reading<string | null> {
  return value === undefined || value === null ? { value: null } : readText(value);
}

function isPositiveDecimal(text: string): boolean {
  return /^[0-9]+(\.[0-9]+)?$/.test(text) && /[1-9]/.test(text);
}

function complaintsOf(readings: Readonly<Record<string, Reading<unknown>>>): Complaints {
  const complaints = Object.entries(readings).flatMap(([name, reading]) =>
    'complaint' in reading ? [[name, [reading.complaint]] as const] : [],
  );
  return Object.fromEntries(complaints);
}

function invalid(details: Complaints): PaymentReading {
  return { refusal: apiError(400, 'invalid_request', 'The request is not valid', details) };
}

/** `/payments/`; `prefix` is what stands before the path in `Location`. */
export function paymentListResource(ledger: PaymentLedger, prefix: string): ApiResource {
  return {
    path: /^\/payments\/$/,
    methods: {
      GET: (call) => list(ledger, call),
      POST: (call) => create(ledger, prefix, call),
    },
  };
}

function list(ledger: PaymentLedger, call: Call): Answer {
  const wanted = call.query.getAll('status');
  const isWanted = (status: string): boolean => wanted.length === 0 || wanted.includes(status);
  return jsonAnswer(
    200,
    ledger.all().filter((payment) => isWanted(payment.status)),
  );
}

function create(ledger: PaymentLedger, prefix: string, call: Call): Answer {
  const sent = readSentData(call);
  const reading = 'data' in sent ? readPayment(sent.data) : sent;
  if ('refusal' in reading) {
    return reading.refusal;
  }
  const payment = ledger.create(reading.fields);
  return jsonAnswer(201, payment, { location: `${prefix}/payments/${payment.id}/` });
}

type PaymentHandler = (payment: SandboxPayment, call: Call) => Answer;

/** `/payments/<id>/` */
export function paymentResource(ledger: PaymentLedger): ApiResource {
  const handle = (handler: PaymentHandler) => (call: Call, id: string) => {
    const payment = ledger.find(id);
    return payment === undefined ? apiError(404, 'not_found', 'Not found') : handler(payment, call);
  };
  return {
    path: /^\/payments\/([^/]+)\/$/,
    methods: {
      GET: handle((payment) => jsonAnswer(200, payment)),
      PUT: handle((payment, call) => change(ledger, payment, call, {})),
      PATCH: handle((payment, call) => change(ledger, payment, call, payment)),
      DELETE: handle((payment) => remove(ledger, payment)),
    },
  };
}

/** `current`: what counts for a field that was not sent. */
function change(
  ledger: PaymentLedger,
  payment: SandboxPayment,
  call: Call,
  current: Partial<PaymentFields>,
): Answer {
  const sent = readSentData(call);
  const reading = 'data' in sent ? readPayment(sent.data, current) : sent;
  return 'refusal' in reading
    ? reading.refusal
    : jsonAnswer(200, ledger.change(payment, reading.fields));
}

function remove(ledger: PaymentLedger, payment: SandboxPayment): Answer {
  ledger.delete(payment.id);
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}
