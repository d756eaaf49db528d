import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import type { PaymentLedger, SandboxPayment } from './payment-ledger.js';
import { type PaymentFields, readPayment } from './payments.js';
import { readSentData } from './request-body.js';
import { type Answer, apiError, jsonAnswer } from './response.js';

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
