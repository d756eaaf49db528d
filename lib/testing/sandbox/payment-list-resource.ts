import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import type { PaymentLedger } from './payment-ledger.js';
import { readPayment } from './payments.js';
import { readSentData } from './request-body.js';
import { type Answer, jsonAnswer } from './response.js';

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
