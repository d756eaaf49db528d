import type { Clock } from '../../clock/clock.js';
import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import { parseBody } from './request-body.js';
import { apiError, jsonResponse, type SandboxResponse } from './response.js';

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

/** What a client may set of a payment. @internal */
interface PaymentFields {
  readonly amount: string;
  readonly currency: string;
  readonly reference: string | null;
}

/** The fields of a payment, or the response that says what is wrong with them. */
type ParsedPayment = { readonly fields: PaymentFields } | { readonly refusal: SandboxResponse };

type ParsedField<T> = { readonly value: T } | { readonly error: string };

type FieldErrors = Readonly<Record<string, readonly string[]>>;

type PaymentHandler = (payment: SandboxPayment, call: Call) => SandboxResponse;

/** The payments of the merchant, oldest first. @internal */
export class PaymentLedger {
  readonly #payments = new Map<string, SandboxPayment>();
  #created = 0;

  constructor(private readonly clock: Clock) {}

  all(): SandboxPayment[] {
    return [...this.#payments.values()];
  }

  find(id: string): SandboxPayment | undefined {
    return this.#payments.get(id);
  }

  create(fields: PaymentFields): SandboxPayment {
    this.#created += 1;
    const { amount, currency, reference } = fields;
    const id = `pay_${this.#created}`;
    const created_on = new Date(this.clock.now()).toISOString();
    const payment = { id, amount, currency, status: 'pending', reference, created_on };
    this.#payments.set(id, payment);
    return payment;
  }

  change(payment: SandboxPayment, fields: Partial<PaymentFields>): SandboxPayment {
    const changed = { ...payment, ...fields };
    this.#payments.set(payment.id, changed);
    return changed;
  }

  delete(id: string): void {
    this.#payments.delete(id);
  }

  reset(): void {
    this.#payments.clear();
    this.#created = 0;
  }
}

/** `/payments/`; `prefix` is what stands before the path in `Location`. @internal */
export function paymentListResource(ledger: PaymentLedger, prefix: string): ApiResource {
  return {
    path: /^\/payments\/$/,
    methods: {
      GET: (call) => list(ledger, call),
      POST: (call) => create(ledger, prefix, call),
    },
  };
}

/** `/payments/<id>/` @internal */
export function paymentResource(ledger: PaymentLedger): ApiResource {
  const handle = (handler: PaymentHandler) => (call: Call, id: string) => {
    const payment = ledger.find(id);
    return payment === undefined ? apiError(404, 'not_found', 'Not found') : handler(payment, call);
  };
  return {
    path: /^\/payments\/([^/]+)\/$/,
    methods: {
      GET: handle((payment) => jsonResponse(200, payment)),
      PUT: handle((payment, call) => change(ledger, payment, call, {})),
      PATCH: handle((payment, call) => change(ledger, payment, call, payment)),
      DELETE: handle((payment) => remove(ledger, payment)),
    },
  };
}

function list(ledger: PaymentLedger, call: Call): SandboxResponse {
  const wanted = call.query.getAll('status');
  const isWanted = (status: string): boolean => wanted.length === 0 || wanted.includes(status);
  return jsonResponse(
    200,
    ledger.all().filter((payment) => isWanted(payment.status)),
  );
}

function create(ledger: PaymentLedger, prefix: string, call: Call): SandboxResponse {
  const parsed = parsePayment(call);
  if ('refusal' in parsed) return parsed.refusal;
  const payment = ledger.create(parsed.fields);
  return jsonResponse(201, payment, { location: `${prefix}/payments/${payment.id}/` });
}

function change(
  ledger: PaymentLedger,
  payment: SandboxPayment,
  call: Call,
  current: Partial<PaymentFields>,
): SandboxResponse {
  const parsed = parsePayment(call, current);
  return 'refusal' in parsed
    ? parsed.refusal
    : jsonResponse(200, ledger.change(payment, parsed.fields));
}

function remove(ledger: PaymentLedger, payment: SandboxPayment): SandboxResponse {
  ledger.delete(payment.id);
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}

/** @param current values of the fields that were not sent */
function parsePayment(call: Call, current: Partial<PaymentFields> = {}): ParsedPayment {
  const body = parseBody(call);
  return 'refusal' in body ? body : parseFields(body.data, current);
}

/** A bad amount or currency is reported before any other error. */
function parseFields(data: unknown, current: Partial<PaymentFields>): ParsedPayment {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return refuseFields({ non_field_errors: ['Invalid data. Expected a dictionary.'] });
  }
  const values = new Map<string, unknown>(Object.entries({ ...current, ...data }));
  const amount = parseText(values.get('amount'));
  const currency = parseText(values.get('currency'));
  const reference = parseReference(values.get('reference'));
  const refusal = refuseAmount(amount) ?? refuseCurrency(currency);
  if (refusal !== undefined) return { refusal };
  if ('value' in amount && 'value' in currency && 'value' in reference) {
    const fields = { amount: amount.value, currency: currency.value, reference: reference.value };
    return { fields };
  }
  return refuseFields(collectErrors({ amount, currency, reference }));
}

function refuseAmount(amount: ParsedField<string>): SandboxResponse | undefined {
  return 'error' in amount || isPositiveDecimal(amount.value)
    ? undefined
    : apiError(422, 'invalid_amount', 'The amount is not a positive decimal');
}

function refuseCurrency(currency: ParsedField<string>): SandboxResponse | undefined {
  const message = 'The currency is not a code of 3 to 5 capital letters';
  return 'error' in currency || /^[A-Z]{3,5}$/.test(currency.value)
    ? undefined
    : apiError(422, 'invalid_currency', message);
}

/** A number counts as a string, as in Django. */
function parseText(value: unknown): ParsedField<string> {
  if (value === undefined) return { error: 'This field is required.' };
  if (value === null) return { error: 'This field may not be null.' };
  if (typeof value !== 'string' && typeof value !== 'number') {
    return { error: 'Not a valid string.' };
  }
  const text = String(value).trim();
  return text === '' ? { error: 'This field may not be blank.' } : { value: text };
}

function parseReference(value: unknown): ParsedField<string | null> {
  return value === undefined || value === null ? { value: null } : parseText(value);
}

function isPositiveDecimal(text: string): boolean {
  return /^[0-9]+(\.[0-9]+)?$/.test(text) && /[1-9]/.test(text);
}

function collectErrors(fields: Readonly<Record<string, ParsedField<unknown>>>): FieldErrors {
  const errors = Object.entries(fields).flatMap(([name, field]) =>
    'error' in field ? [[name, [field.error]] as const] : [],
  );
  return Object.fromEntries(errors);
}

function refuseFields(details: FieldErrors): ParsedPayment {
  return { refusal: apiError(400, 'invalid_request', 'The request is not valid', details) };
}
