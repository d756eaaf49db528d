import { type Answer, apiError } from './response.js';

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
